//! Why a line is not taken that the terminal did not hand over as it was typed. Nothing of it is: half a line may mean
//! something else than the whole.

use super::lines::MOST_OF_A_LINE;
use crate::app::linear::Asks;
use crate::domain::text::grouped;

/// What is said of a line that the end of the input has ended.
pub(super) const UNFINISHED: &str = "ctrl-d ended that line, not enter: nothing of it was taken; type it again";

/// Returns what is said of a line of which the terminal may have kept back the end, where it stands for what `asks` tells.
pub(super) fn too_long(asks: Asks) -> String {
    let most = grouped(MOST_OF_A_LINE);
    let instead = match asks {
        Asks::Secret => "set NMP_ACCESS_TOKEN to it before you start",
        Asks::Command | Asks::Text => "do it in several goes, with shorter lines",
    };
    format!(
        "that line is longer than the {most} bytes that a terminal is sure to pass on: nothing of it was taken; {instead}"
    )
}
