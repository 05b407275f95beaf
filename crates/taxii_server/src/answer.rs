//! What requests are answered with: resources of TAXII, and its error message where nothing came
//! of a request (section 3.6).

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::time::Duration;
use taxii::wire::{ErrorMessage, MEDIA_TYPE};

/// Why nothing came of a request. Nothing here tells of the inside of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// 400
    BadRequest(String),
    /// 401
    LogIn,
    /// 403
    Forbidden(&'static str),
    /// 404: also for what the account must not know of
    NotFound(&'static str),
    /// 405
    Method,
    /// 406
    NotAcceptable,
    /// 408
    TooSlow,
    /// 413
    TooLong(usize),
    /// 415
    MediaType,
    /// 422
    Unprocessable(String),
    /// 429
    Wait(Duration),
    /// 503
    Busy,
    /// 500; the reason is for the log.
    Internal,
}

impl Refusal {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::LogIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLong(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unprocessable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A title, a stable code, and what more there is to say.
    fn words(&self) -> (&'static str, &'static str, String) {
        match self {
            Self::BadRequest(why) => ("The request was not understood", "bad_request", why.clone()),
            Self::LogIn => (
                "Log in",
                "unauthorized",
                "An account's name and password are needed, by HTTP Basic.".to_owned(),
            ),
            Self::Forbidden(what) => {
                ("The account has not the right", "forbidden", (*what).to_owned())
            }
            Self::NotFound(what) => ("Not found", "not_found", format!("There is no such {what}.")),
            Self::Method => (
                "The method is none of this address",
                "method",
                "GET, POST or DELETE, as TAXII has it.".to_owned(),
            ),
            Self::NotAcceptable => (
                "No media type that is accepted can be given",
                "not_acceptable",
                format!("This server gives {MEDIA_TYPE}."),
            ),
            Self::TooSlow => ("The body took too long", "too_slow", String::new()),
            Self::TooLong(limit) => (
                "The body is too long",
                "too_long",
                format!("At most {limit} bytes; send less at a time."),
            ),
            Self::MediaType => (
                "The body has another media type",
                "media_type",
                format!("This server takes {MEDIA_TYPE}."),
            ),
            Self::Unprocessable(why) => {
                ("The body is no envelope of objects", "unprocessable", why.clone())
            }
            Self::Wait(left) => (
                "Too many wrong passwords",
                "wait",
                format!("Try again in {} seconds.", left.as_secs() + 1),
            ),
            Self::Busy => {
                ("The server has too much to do", "busy", "Try again in a moment.".to_owned())
            }
            Self::Internal => ("The server failed", "internal", "Its log says why.".to_owned()),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (title, code, description) = self.words();
        let status = self.status();
        let message = ErrorMessage {
            title: title.to_owned(),
            description: Some(description).filter(|text| !text.is_empty()),
            error_code: Some(code.to_owned()),
            http_status: Some(status.as_u16().to_string()),
        };
        let mut response = resource(&message);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        match &self {
            Self::LogIn => {
                let scheme = HeaderValue::from_static("Basic realm=\"TAXII\", charset=\"UTF-8\"");
                headers.insert(header::WWW_AUTHENTICATE, scheme);
            }
            Self::Wait(left) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(left.as_secs() + 1));
            }
            Self::Busy => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(1));
            }
            // What is left of the body is not read: the connection cannot be used again.
            Self::TooLong(_) | Self::TooSlow => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

/// A resource of TAXII.
pub(crate) fn resource(value: &impl Serialize) -> Response {
    let mut bytes = Vec::new();
    match harmless::json::write(&mut bytes, value) {
        Ok(()) => json(bytes),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// JSON that is written already.
pub(crate) fn json(bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}
