//! From HTTP to the rules and back: takes a request apart, asks who it is from and whether they may, and finds the
//! rule for it. The order of these questions is the platform's, so that its side-effect-free probes work here too.

use super::Deletion;
use super::access;
use super::caller::Caller;
use super::clock::Ticking;
use super::fault::{FaultInjector, inject};
use super::place::{self, Place, Public, Right};
use super::problem::{FieldError, Problem};
use super::query::Query;
use super::rules::listing::memo::Memo;
use super::rules::rows::Address;
use super::rules::{Answer, Behavior, RequestCtx, deletions, members, projects, resources, rows, workspaces};
use super::store::Store;
use axum::body::{self, Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// More than anybody means to send, less than what hurts.
const LARGEST_BODY: usize = 64 << 20;
/// How long a faithful sandbox lets go between a rule and the write it guards.
const UNGUARDED: Duration = Duration::from_millis(5);

/// Everything a request needs.
#[derive(Debug, Clone)]
pub(super) struct Platform {
    pub(super) store: Store,
    pub(super) clock: Arc<Ticking>,
    pub(super) behavior: Behavior,
    pub(super) memo: Arc<Memo>,
    /// Rings for the cleaner.
    pub(super) marked: Arc<Notify>,
}

/// How long a request may take over its body.
#[derive(Debug, Clone, Copy)]
struct Patience(Duration);

/// Returns the whole platform as one service.
pub(super) fn router(platform: Platform, injector: FaultInjector, for_a_body: Duration) -> Router {
    Router::new()
        .fallback(answer)
        .with_state((platform, Patience(for_a_body)))
        .layer(middleware::from_fn_with_state(Arc::new(injector), inject))
}

async fn answer(State((platform, patience)): State<(Platform, Patience)>, request: Request) -> Response {
    let date = platform.clock.date();
    let mut response = platform
        .answer(request, patience)
        .await
        .unwrap_or_else(Problem::into_response);
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        let origin = HeaderValue::from_static("Origin");
        response.headers_mut().insert(header::VARY, origin);
    }
    if let Some(date) = date.and_then(|date| HeaderValue::try_from(date).ok()) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

impl Platform {
    async fn answer(&self, request: Request, patience: Patience) -> Result<Response, Problem> {
        let (parts, body) = request.into_parts();
        let path = place::decode(parts.uri.path());
        let place = Place::parse(&path, self.behavior.deletion);
        let now = self.clock.now();
        if let Some(place @ Place::Public(what)) = &place {
            if !place.methods().contains(&parts.method) {
                return Err(Problem::Method("GET"));
            }
            return self.answer_anybody(*what, &parts.headers, now);
        }
        let caller = Caller::from_headers(&parts.headers, now)?;
        let asked = Asked::read(parts, path, place, body, patience).await?;
        let may_mark = asked.method == Method::DELETE && matches!(asked.place, Some(Place::Workspace(_)));
        let step = self
            .in_transaction(caller.clone(), move |ctx| asked.decide(ctx))
            .await?;
        let answer = match step {
            Step::Done(answer) => answer,
            Step::Planned(plan) => {
                tokio::time::sleep(UNGUARDED).await;
                self.in_transaction(caller, move |ctx| members::carry_out(ctx, plan))
                    .await?
            }
        };
        if may_mark {
            self.marked.notify_one();
        }
        Ok(answer.into_response())
    }

    async fn in_transaction<T: Send + 'static>(
        &self,
        caller: Caller,
        job: impl FnOnce(RequestCtx<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (clock, behavior, memo) = (Arc::clone(&self.clock), self.behavior, Arc::clone(&self.memo));
        let job = move |db: &rusqlite::Transaction<'_>| {
            job(RequestCtx {
                db,
                caller: &caller,
                clock: &clock,
                memo: &memo,
                behavior,
            })
        };
        self.store.run(job).await
    }

    /// Answers what takes no token.
    fn answer_anybody(&self, what: Public, headers: &HeaderMap, now: i64) -> Result<Response, Problem> {
        // The generation that refuses to delete is older than any release: its version is a word, not a number.
        let version = match self.behavior.deletion {
            Deletion::Refuse => "seed",
            Deletion::Cascade => "0.8.1",
        };
        let body = match what {
            Public::Root => return Ok("OK".into_response()),
            Public::ClusterInfo => json!({"platform_version": version, "revision": "sandbox"}),
            Public::Live => json!({"status": "live"}),
            Public::Ready => json!({"status": "ready"}),
            Public::Discovery => json!({"auth_enabled": true, "oidc": null}),
            Public::Authenticate => Caller::authenticate(headers, now)?.to_json(),
            Public::Status => json!({
                "status": "healthy",
                "services": {"ready": ["entities", "auth", "files", "models", "secrets", "jobs"], "not_ready": []},
                "controllers": {"healthy": true, "status": {"entities": true}},
            }),
        };
        Ok(Answer::ok(body).into_response())
    }
}

/// How far a request got in its first transaction.
enum Step {
    Done(Answer),
    /// A change of members whose rules are satisfied, to be carried out after the unguarded moment.
    Planned(members::Plan),
}

/// One request, taken apart.
struct Asked {
    method: Method,
    path: String,
    place: Option<Place>,
    raw_query: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Asked {
    async fn read(
        parts: Parts,
        path: String,
        place: Option<Place>,
        body: Body,
        patience: Patience,
    ) -> Result<Self, Problem> {
        let too_slow = |_elapsed| Problem::Said(StatusCode::REQUEST_TIMEOUT, "Request Timeout".to_owned());
        let too_large = |_error| Problem::Said(StatusCode::PAYLOAD_TOO_LARGE, "Content Too Large".to_owned());
        let body = timeout(patience.0, body::to_bytes(body, LARGEST_BODY)).await;
        let body = body.map_err(too_slow)?.map_err(too_large)?;
        Ok(Self {
            method: parts.method,
            path,
            place,
            raw_query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body,
        })
    }

    /// Asks who may, then what is wrong with the request, then what the rules say.
    fn decide(&self, ctx: RequestCtx<'_>) -> Result<Step, Problem> {
        let area = self.place.as_ref().map_or("entities", Place::area);
        let right = match (self.right(), ctx.behavior.deletion) {
            // The generation that refuses to delete has no role for it: whoever is logged in creates workspaces.
            (Right::Create, Deletion::Refuse) => Right::Login,
            (right, _) => right,
        };
        access::authorize(ctx.db, ctx.caller, &self.method, right, area)?;
        let Some(place) = &self.place else {
            return Err(self.elsewhere(ctx.behavior.deletion));
        };
        if !place.methods().contains(&self.method) {
            let allowed = place.methods().first().map_or("GET", first_allowed);
            return Err(Problem::Method(allowed));
        }
        let query = Query::parse(&self.raw_query);
        if let Place::Members(workspace) = place
            && self.method == Method::POST
        {
            return guarded(ctx, members::add(ctx, workspace, &query, self.json()?.as_ref())?);
        }
        if let Place::Member(workspace, principal) = place {
            let plan = if self.method == Method::PUT {
                members::set(ctx, workspace, principal, &query, self.json()?.as_ref())
            } else {
                members::remove(ctx, workspace, principal, &query)
            };
            return guarded(ctx, plan?);
        }
        self.answer(ctx, place, &query).map(Step::Done)
    }

    /// A path that ends in blanks after a slash is in nobody's list of rights, whatever it leads to.
    fn right(&self) -> Right<'_> {
        match &self.place {
            Some(place) if !self.path.trim_end().ends_with('/') => place.right(&self.method),
            Some(_) | None => Right::Everything,
        }
    }

    fn answer(&self, ctx: RequestCtx<'_>, place: &Place, query: &Query) -> Result<Answer, Problem> {
        let (is_get, is_put) = (self.method == Method::GET, self.method == Method::PUT);
        match place {
            Place::Workspaces if is_get => workspaces::list(ctx, query),
            Place::Workspaces => workspaces::create(ctx, query, self.json()?.as_ref()),
            Place::Workspace(name) if is_get => workspaces::get(ctx, name),
            Place::Workspace(name) if is_put => workspaces::update(ctx, name, self.json()?.as_ref()),
            Place::Workspace(name) => deletions::delete(ctx, name),
            Place::Members(workspace) => members::list(ctx, workspace),
            Place::Projects(workspace) if is_get => projects::list(ctx, workspace, query),
            Place::Projects(workspace) => projects::create(ctx, workspace, self.json()?.as_ref()),
            Place::Project(workspace, name) if is_get => projects::get(ctx, workspace, name),
            Place::Project(workspace, name) if is_put => projects::update(ctx, workspace, name, self.json()?.as_ref()),
            Place::Project(workspace, name) => projects::delete(ctx, workspace, name),
            Place::Rows(workspace, kind) if is_get => rows::list(ctx, workspace, kind, query),
            Place::Rows(workspace, kind) => rows::create(ctx, workspace, kind, self.json()?.as_ref()),
            Place::Row(workspace, kind, name) => {
                let address = Address { workspace, kind, name };
                if is_get {
                    rows::get(ctx, address)
                } else if is_put {
                    rows::replace(ctx, address, self.json()?.as_ref())
                } else {
                    rows::delete(ctx, address, query)
                }
            }
            Place::RowById(id) => rows::get_by_id(ctx, id),
            Place::DeletionOf(name) => deletions::status(ctx, name),
            Place::Resources(kind, workspace) if is_get => resources::list(ctx, kind, workspace, query),
            Place::Resources(kind, workspace) => resources::create(ctx, kind, workspace, self.json()?.as_ref()),
            Place::Resource(kind, workspace, name) if is_get => resources::get(ctx, kind, workspace, name),
            Place::Resource(kind, workspace, name) => resources::delete(ctx, kind, workspace, name),
            Place::Cancel(kind, workspace, name) => resources::cancel(ctx, kind, workspace, name),
            Place::Public(_) | Place::Absent(..) | Place::Member(..) => Err(Problem::not_found("Not Found")),
        }
    }

    /// A path with slashes at its end leads on to the one without; any other leads nowhere.
    fn elsewhere(&self, deletion: Deletion) -> Problem {
        // However many they are, the platform takes all of them away.
        let shorter = self.path.trim_end_matches('/');
        if shorter.len() == self.path.len() || Place::parse(shorter, deletion).is_none() {
            return Problem::not_found("Not Found");
        }
        let host = self.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let question = if self.raw_query.is_empty() { "" } else { "?" };
        Problem::Elsewhere(format!(
            "http://{}{shorter}{question}{}",
            host.unwrap_or("localhost"),
            self.raw_query
        ))
    }

    /// Reads the body. Of another type than JSON it is just text, which no rule takes.
    fn json(&self) -> Result<Option<Value>, Problem> {
        if self.body.is_empty() {
            return Ok(None);
        }
        if !self.is_json() {
            return Ok(Some(String::from_utf8_lossy(&self.body).into()));
        }
        let unreadable = || Problem::bad_request("There was an error parsing the body");
        let text = str::from_utf8(&self.body).map_err(|_not_utf8| unreadable())?;
        // The platform says where and why in the words of its own reader.
        serde_json::from_str(text).map(Some).map_err(|error| {
            Problem::Fields(vec![FieldError {
                kind: "json_invalid",
                location: vec!["body".into(), error.column().into()],
                message: "JSON decode error".to_owned(),
                input: json!({}),
                context: Some(json!({"error": error.to_string()})),
            }])
        })
    }

    fn is_json(&self) -> bool {
        let kind = self
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        let sub = essence.strip_prefix("application/").unwrap_or_default();
        sub == "json" || sub.ends_with("+json")
    }
}

/// Carries a change out in the very transaction that judged it, unless the platform's own gap is wanted.
fn guarded(ctx: RequestCtx<'_>, plan: members::Plan) -> Result<Step, Problem> {
    if ctx.behavior.is_faithful {
        return Ok(Step::Planned(plan));
    }
    members::carry_out(ctx, plan).map(Step::Done)
}

fn first_allowed(method: &Method) -> &'static str {
    match method.as_str() {
        "POST" => "POST",
        "PUT" => "PUT",
        _ => "GET",
    }
}
