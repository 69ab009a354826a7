//! Where keys count.

/// Where a key counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is explained by its title")]
pub enum Context {
    Workspaces,
    Members,
    Resources,
    Audit,
    Matrix,
    Principal,
    Contexts,
    Activity,
    PlanMade,
    Everybody,
    Welcome,
    Help,
    Outcomes,
    List,
    Screen,
    OneHit,
    Filter,
    Palette,
    Dialog,
    Review,
    Guard,
    AddMember,
    ChangeRole,
    Columns,
    Views,
    Proposals,
    NotEmpty,
    Deletion,
    LoggingIn,
    Refused,
    Confirm,
    ConfirmTyped,
    Reason,
    Running,
    RunningPlan,
    Equivalent,
    LongText,
    Always,
}

impl Context {
    /// Every context, in the order in which help and manual tell them.
    pub const ALL: [Self; 38] = [
        Self::Workspaces,
        Self::Members,
        Self::Resources,
        Self::Audit,
        Self::Matrix,
        Self::Principal,
        Self::Contexts,
        Self::Activity,
        Self::PlanMade,
        Self::Everybody,
        Self::Welcome,
        Self::List,
        Self::Screen,
        Self::Filter,
        Self::OneHit,
        Self::Help,
        Self::Outcomes,
        Self::Palette,
        Self::Dialog,
        Self::Review,
        Self::Guard,
        Self::AddMember,
        Self::ChangeRole,
        Self::Columns,
        Self::Views,
        Self::Proposals,
        Self::NotEmpty,
        Self::Deletion,
        Self::LoggingIn,
        Self::Refused,
        Self::Confirm,
        Self::ConfirmTyped,
        Self::Reason,
        Self::Running,
        Self::RunningPlan,
        Self::Equivalent,
        Self::LongText,
        Self::Always,
    ];

    /// Which contexts count at the same moment, the nearest first: whatever screens and dialogs say is one of these.
    #[rustfmt::skip]
    pub const TOGETHER: [&[Self]; 35] = [
        &[Self::Workspaces, Self::List, Self::Screen, Self::Always],
        &[Self::Members, Self::List, Self::Screen, Self::Always],
        &[Self::Resources, Self::List, Self::Screen, Self::Always],
        &[Self::Audit, Self::List, Self::Screen, Self::Always],
        &[Self::Matrix, Self::Audit, Self::List, Self::Screen, Self::Always],
        &[Self::Principal, Self::List, Self::Screen, Self::Always],
        &[Self::Contexts, Self::List, Self::Screen, Self::Always],
        &[Self::Activity, Self::List, Self::Screen, Self::Always],
        &[Self::PlanMade, Self::Activity, Self::List, Self::Screen, Self::Always],
        &[Self::Everybody, Self::List, Self::Screen, Self::Always],
        &[Self::Welcome, Self::Screen, Self::Always],
        &[Self::Help, Self::Screen, Self::Always],
        &[Self::Outcomes, Self::Screen, Self::Always],
        &[Self::Filter, Self::Always],
        &[Self::OneHit, Self::Filter, Self::Always],
        &[Self::Palette, Self::Always],
        &[Self::Dialog, Self::LongText, Self::Always],
        &[Self::Review, Self::Dialog, Self::LongText, Self::Always],
        &[Self::Guard, Self::Dialog, Self::LongText, Self::Always],
        &[Self::AddMember, Self::Dialog, Self::LongText, Self::Always],
        &[Self::ChangeRole, Self::Dialog, Self::LongText, Self::Always],
        &[Self::Columns, Self::Dialog, Self::LongText, Self::Always],
        &[Self::Views, Self::Dialog, Self::LongText, Self::Always],
        &[Self::Proposals, Self::LongText, Self::Always],
        &[Self::AddMember, Self::Proposals, Self::LongText, Self::Always],
        &[Self::NotEmpty, Self::LongText, Self::Always],
        &[Self::Deletion, Self::LongText, Self::Always],
        &[Self::LoggingIn, Self::LongText, Self::Always],
        &[Self::Refused, Self::LongText, Self::Always],
        &[Self::Confirm, Self::LongText, Self::Always],
        &[Self::ConfirmTyped, Self::LongText, Self::Always],
        &[Self::Reason, Self::LongText, Self::Always],
        &[Self::Running, Self::LongText, Self::Always],
        &[Self::RunningPlan, Self::LongText, Self::Always],
        &[Self::Equivalent, Self::Always],
    ];

    /// Returns whether its keys come before those of `other` where both count.
    pub fn is_nearer_than(self, other: Self) -> bool {
        let place = |contexts: &[Self], sought| contexts.iter().position(|context| *context == sought);
        let mut together = Self::TOGETHER.into_iter();
        together.any(|all| {
            place(all, self)
                .zip(place(all, other))
                .is_some_and(|(own, others)| own < others)
        })
    }

    /// Returns the place whose actions it has, too, some of them under the same names: what a file says of them there counts
    /// here unless it says otherwise of this place.
    pub fn follows(self) -> Option<Self> {
        match self {
            Self::Palette
            | Self::Review
            | Self::Guard
            | Self::AddMember
            | Self::ChangeRole
            | Self::Columns
            | Self::Views
            | Self::Proposals
            | Self::NotEmpty
            | Self::Deletion
            | Self::LoggingIn
            | Self::Refused
            | Self::Confirm
            | Self::ConfirmTyped
            | Self::Reason
            | Self::Running
            | Self::RunningPlan
            | Self::Equivalent => Some(Self::Dialog),
            Self::Welcome | Self::Help | Self::Outcomes | Self::Filter => Some(Self::List),
            Self::Workspaces
            | Self::Members
            | Self::Resources
            | Self::Audit
            | Self::Matrix
            | Self::Principal
            | Self::Contexts
            | Self::Activity
            | Self::PlanMade
            | Self::Everybody
            | Self::List
            | Self::Screen
            | Self::OneHit
            | Self::Dialog
            | Self::LongText
            | Self::Always => None,
        }
    }

    /// Returns where that is, in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Workspaces => "workspaces",
            Self::Members => "members",
            Self::Resources => "resources",
            Self::Audit => "audit",
            Self::Matrix => "audit as a matrix",
            Self::Principal => "principal",
            Self::Contexts => "contexts",
            Self::Activity => "activity",
            Self::PlanMade => "a plan in the activity",
            Self::Everybody => "everybody's changes",
            Self::Welcome => "welcome",
            Self::Help => "help",
            Self::Outcomes => "last outcomes",
            Self::List => "every list",
            Self::Screen => "every screen",
            Self::OneHit => "while a filter leaves one row",
            Self::Filter => "while filtering",
            Self::Palette => "commands",
            Self::Dialog => "dialogs",
            Self::Review => "while a plan is reviewed",
            Self::Guard => "while a guard is opened",
            Self::AddMember => "while members are added",
            Self::ChangeRole => "while a role is changed",
            Self::Columns => "while columns are chosen",
            Self::Views => "saved views",
            Self::Proposals => "while principals are proposed",
            Self::NotEmpty => "workspace not empty",
            Self::Deletion => "deletion status",
            Self::LoggingIn => "while logging in",
            Self::Refused => "last Admin",
            Self::Confirm => "yes or no",
            Self::ConfirmTyped => "typed confirmation",
            Self::Reason => "while a reason is typed",
            Self::Running => "while a change runs",
            Self::RunningPlan => "while several changes run",
            Self::Equivalent => "equivalent command",
            Self::LongText => "dialogs longer than the screen",
            Self::Always => "everywhere",
        }
    }

    /// Returns whether one screen has its keys for itself, so that they mean nothing on others.
    pub fn is_of_one_screen(self) -> bool {
        matches!(
            self,
            Self::Workspaces
                | Self::Members
                | Self::Resources
                | Self::Audit
                | Self::Matrix
                | Self::Principal
                | Self::Contexts
                | Self::Activity
                | Self::Everybody
        )
    }

    /// Returns whether text is typed where these keys count, always or in some dialogs: what a text field takes for
    /// itself is no key there.
    pub fn takes_text(self) -> Option<Typing> {
        match self {
            Self::OneHit
            | Self::Filter
            | Self::Palette
            | Self::Guard
            | Self::AddMember
            | Self::Proposals
            | Self::ConfirmTyped
            | Self::Reason => Some(Typing::Always),
            Self::Dialog | Self::LongText | Self::Always => Some(Typing::InPart),
            Self::Workspaces
            | Self::Members
            | Self::Resources
            | Self::Audit
            | Self::Matrix
            | Self::Principal
            | Self::Contexts
            | Self::Activity
            | Self::PlanMade
            | Self::Everybody
            | Self::Welcome
            | Self::Help
            | Self::Outcomes
            | Self::List
            | Self::Screen
            | Self::Review
            | Self::ChangeRole
            | Self::Columns
            | Self::Views
            | Self::NotEmpty
            | Self::Deletion
            | Self::LoggingIn
            | Self::Refused
            | Self::Confirm
            | Self::Running
            | Self::RunningPlan
            | Self::Equivalent => None,
        }
    }
}

/// Where text is typed while keys count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// Wherever they do.
    Always,
    /// In some of the places.
    InPart,
}
