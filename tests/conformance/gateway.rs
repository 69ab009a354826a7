//! A gateway in front of a platform that does not let one path through, as some do.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) struct Gateway {
    url: String,
    serving: JoinHandle<()>,
}

impl Gateway {
    /// Starts one that hands everything on to the platform at `url`, except what is asked at `hidden`.
    pub(crate) async fn before(url: &str, hidden: &'static str) -> Self {
        let (http, platform) = (client(), url.to_owned());
        let service = Router::new().fallback(async move |request: Request| {
            if request.uri().path() == hidden {
                return (StatusCode::NOT_FOUND, "no route").into_response();
            }
            hand_on(&http, &platform, request).await
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        #[expect(clippy::disallowed_methods, reason = "it is ended when the gateway is dropped")]
        let serving = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self { url, serving }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.no_proxy().tls_certs_only([]).build().unwrap()
}

async fn hand_on(http: &reqwest::Client, platform: &str, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let mut onward = http
        .request(parts.method, format!("{platform}{}", parts.uri))
        .body(body);
    for name in ["authorization", "content-type", "accept"] {
        if let Some(value) = parts.headers.get(name) {
            onward = onward.header(name, value);
        }
    }
    let answer = onward.send().await.unwrap();
    let mut response = Response::builder().status(answer.status());
    if let Some(kind) = answer.headers().get("content-type") {
        response = response.header("content-type", kind);
    }
    response.body(Body::from(answer.bytes().await.unwrap())).unwrap()
}
