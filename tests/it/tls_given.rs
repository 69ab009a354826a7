//! What the tests of TLS and proxies begin with: an authority, a TLS server in front of a plain one, and a proxy.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair};
use std::future::Future;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// An authority that nobody knows.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        Self::called("Authority of the tests")
    }

    pub(crate) fn called(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Returns its certificate, as it lies in files.
    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// Returns its certificate, as other programs keep it.
    pub(crate) fn der(&self) -> Vec<u8> {
        self.0.der().to_vec()
    }

    /// Returns a certificate for `names`, valid from year to year.
    pub(crate) fn certificate(&self, names: &[&str], years: std::ops::Range<i32>) -> Certificate {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.not_before = rcgen::date_time_ymd(years.start, 1, 2);
        params.not_after = rcgen::date_time_ymd(years.end, 1, 2);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Certificate {
            chain: vec![certificate.der().clone()],
            key: key.serialize_der(),
        }
    }

    /// Returns its own certificate, as if it were that of a server.
    pub(crate) fn own(&self) -> Certificate {
        Certificate {
            chain: vec![self.0.der().clone()],
            key: self.0.key().serialize_der(),
        }
    }

    /// Returns a certificate that is good for `names`.
    pub(crate) fn good_for(&self, names: &[&str]) -> Certificate {
        self.certificate(names, 2020..2120)
    }
}

pub(crate) struct Certificate {
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
}

/// Something that listens on loopback until it is dropped.
pub(crate) struct Listening {
    /// As in `127.0.0.1:4711`.
    pub(crate) at: String,
    _tasks: JoinSet<()>,
}

impl Listening {
    async fn with<F, A>(serve: F) -> Self
    where
        F: Fn(TcpStream) -> A + Send + Sync + 'static,
        A: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap().to_string();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream));
            }
        });
        Self { at, _tasks: tasks }
    }
}

/// Starts a TLS server that hands what it decrypts to the plain server at `backend`, an address like `http://…`.
pub(crate) async fn tls_server(certificate: Certificate, backend: &str) -> Listening {
    let key = PrivateKeyDer::try_from(certificate.key).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(certificate.chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let backend = backend.trim_start_matches("http://").to_owned();
    Listening::with(move |stream| {
        let (acceptor, backend) = (acceptor.clone(), backend.clone());
        async move {
            // A client that trusts it not goes away, and one that speaks no TLS is told so.
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            let mut plain = TcpStream::connect(backend).await.unwrap();
            let _ = copy_bidirectional(&mut stream, &mut plain).await;
        }
    })
    .await
}

/// How a proxy treats who comes.
#[derive(Clone, Copy)]
pub(crate) enum Manner {
    Open,
    /// Wants to see exactly this header.
    Asks(&'static str),
    /// Lets nobody in, and offers these ways to log in.
    Offers(&'static str),
    /// Answers everything with this status line.
    Refuses(&'static str),
    /// Hangs up without a word.
    HangsUp,
    /// Takes its time, which is more than anybody waits.
    Stalls,
}

/// A proxy that knows the way to made-up hosts.
pub(crate) struct Proxy {
    listening: Listening,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts a proxy that takes `host`, whatever the port, to the server at `backend`.
    pub(crate) async fn to(host: &'static str, backend: &str, manner: Manner) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, backend) = (Arc::clone(&seen), backend.trim_start_matches("http://").to_owned());
        let listening = Listening::with(move |stream| pass_on(stream, host, backend.clone(), manner, Arc::clone(&log)));
        Self {
            listening: listening.await,
            seen,
        }
    }

    /// Returns its address, with `credentials` like `al:s3cret@` or nothing.
    pub(crate) fn url(&self, credentials: &str) -> String {
        format!("http://{credentials}{}", self.listening.at)
    }

    /// Returns what it could read, request by request: the line and the headers.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// Returns the first words of what it was asked: `CONNECT platform.test:443`.
    pub(crate) fn asked(&self) -> Vec<String> {
        let words = |head: &String| head.split(' ').take(2).collect::<Vec<_>>().join(" ");
        self.seen().iter().map(words).collect()
    }
}

async fn pass_on(mut stream: TcpStream, host: &str, backend: String, manner: Manner, seen: Arc<Mutex<Vec<String>>>) {
    let Some(head) = head(&mut stream).await else { return };
    seen.lock().unwrap().push(head.clone());
    let status = match manner {
        Manner::Open => None,
        Manner::Asks(header) if head.contains(header) => None,
        Manner::Asks(_) | Manner::Offers(_) => Some("407 Proxy Authentication Required"),
        Manner::Refuses(status) => Some(status),
        Manner::HangsUp => return,
        Manner::Stalls => return std::future::pending().await,
    };
    let (method, rest) = head.split_once(' ').unwrap();
    let (target, after) = rest.split_once(' ').unwrap();
    let authority = target.trim_start_matches("http://").split('/').next().unwrap();
    let status = status.or_else(|| (authority.split(':').next() != Some(host)).then_some("502 Bad Gateway"));
    if let Some(status) = status {
        let ways = match manner {
            Manner::Offers(ways) => ways,
            Manner::Open | Manner::Asks(_) | Manner::Refuses(_) | Manner::HangsUp | Manner::Stalls => "Basic",
        };
        let answer = format!("HTTP/1.1 {status}\r\nproxy-authenticate: {ways}\r\ncontent-length: 0\r\n\r\n");
        let _ = stream.write_all(answer.as_bytes()).await;
        return;
    }
    let mut plain = TcpStream::connect(backend).await.unwrap();
    if method == "CONNECT" {
        stream
            .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
            .await
            .unwrap();
    } else {
        let path = target.trim_start_matches("http://").trim_start_matches(authority);
        plain
            .write_all(format!("{method} {path} {after}").as_bytes())
            .await
            .unwrap();
    }
    let _ = copy_bidirectional(&mut stream, &mut plain).await;
}

/// Reads up to the empty line behind the headers.
async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}
