//! Connections: how many there may be, how long they may keep silent, and how one is cut.
//!
//! Each takes memory and a file descriptor, so there is a bound, and whoever says nothing has to go. A fault may end one
//! without an answer, which no HTTP response can express.

use axum::Router;
use axum::extract::ConnectInfo;
use axum::extract::Extension;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// What one sandbox bears.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections there may be at the same time; the next one is told to come again, and closed.
    pub connections: usize,
    /// How long a connection may take over the head of its next request, silence before it included.
    pub silence: Duration,
    /// How long a request may take over its body.
    pub body: Duration,
    /// How long whoever has asked may read nothing of the answer.
    pub reading: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            silence: Duration::from_secs(30),
            body: Duration::from_mins(1),
            reading: Duration::from_secs(30),
        }
    }
}

/// What a connection too many is told.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: 64\r\n\
    retry-after: 1\r\nconnection: close\r\n\r\n{\"detail\":\"This sandbox has as many connections as it can take\"}";
/// How long it may take over reading that.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long to wait where the system has no room for another connection.
const NO_ROOM: Duration = Duration::from_millis(100);

/// Serves whoever connects until `stopping` is cancelled and all requests under way are answered.
pub(super) async fn serve(listener: TcpListener, router: Router, limits: Limits, stopping: CancellationToken) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stopping.cancelled() => break,
            Some(_ended) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _address)) = accepted else {
            // Of a connection that was given up, or because there are no file descriptors left.
            sleep(NO_ROOM).await;
            continue;
        };
        match Arc::clone(&places).try_acquire_owned() {
            Ok(place) => {
                connections.spawn(answer(stream, router.clone(), limits, stopping.clone(), place));
            }
            Err(_full) => {
                connections.spawn(turn_away(stream));
            }
        }
    }
    while connections.join_next().await.is_some() {}
}

/// Answers the requests of one connection.
async fn answer(
    stream: TcpStream,
    router: Router,
    limits: Limits,
    stopping: CancellationToken,
    _place: OwnedSemaphorePermit,
) {
    // Answers are small and somebody waits for each.
    let _ = stream.set_nodelay(true);
    let cutter = ConnectionCutter::default();
    let router = router.layer(Extension(ConnectInfo(cutter.clone())));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.silence)
        .serve_connection(
            TokioIo::new(Cuttable {
                stream,
                cutter,
                patience: limits.reading,
                stuck: None,
            }),
            TowerToHyperService::new(router),
        );
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Says that there is no room, and lets it be read: what is closed with something unread in it loses the answer.
async fn turn_away(mut stream: TcpStream) {
    let told = async {
        stream.write_all(FULL).await?;
        stream.shutdown().await?;
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    let _ = timeout(FAREWELL, told).await;
}

/// A connection that stops writing once its [`ConnectionCutter`] is used, or when the other side reads nothing for too long.
#[derive(Debug)]
struct Cuttable {
    stream: TcpStream,
    cutter: ConnectionCutter,
    /// How long the other side may read nothing.
    patience: Duration,
    /// Runs while something cannot be written.
    stuck: Option<Pin<Box<Sleep>>>,
}

/// Cuts one connection, from within a request on it.
#[derive(Debug, Clone, Default)]
pub(super) struct ConnectionCutter(Arc<AtomicBool>);

impl ConnectionCutter {
    /// Ends the connection before another byte is written.
    pub(super) fn cut(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_cut(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl AsyncRead for Cuttable {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Cuttable {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.cutter.is_cut() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if written.is_ready() {
            self.stuck = None;
            return written;
        }
        let patience = self.patience;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(sleep(patience)));
        // Nothing else ends it: what cannot be written keeps the request open, and no request is waited for.
        stuck.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
