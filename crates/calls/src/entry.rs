//! Where Android calls into an app: the methods that it calls on components, and on objects that
//! the app has handed to it.
//!
//! The byte code of an app does not hold the system's own classes, so it does not say which
//! methods override one of theirs. These lists stand in: names by which the system calls, from
//! the reference of the `android`, `java` and `kotlin` packages (API 36). A method of such a name
//! counts where its class lies below a class or interface that the app does not define itself.

/// Names that the system calls, beside all that begin with `on` and a capital.
const CALLED: &[&str] = &[
    "accept",
    "apply",
    "applyAsInt",
    "attachBaseContext",
    "bulkInsert",
    "call",
    "compare",
    "delete",
    "dispatchMessage",
    "doInBackground",
    "doWork",
    "draw",
    "execute",
    "get",
    "getType",
    "handle",
    "handleMessage",
    "insert",
    "instantiateActivity",
    "instantiateApplication",
    "instantiateClassLoader",
    "instantiateProvider",
    "instantiateReceiver",
    "instantiateService",
    "invoke",
    "invokeSuspend",
    "openFile",
    "queueIdle",
    "query",
    "resumeWith",
    "run",
    "shouldInterceptRequest",
    "shouldOverrideUrlLoading",
    "startWork",
    "surfaceChanged",
    "surfaceCreated",
    "surfaceDestroyed",
    "test",
    "uncaughtException",
    "update",
    "checkClientTrusted",
    "checkServerTrusted",
    "intercept",
    "verify",
    "write",
];

/// Whether Android calls methods of this name on objects it was handed.
#[must_use]
pub fn is_called_by_system(name: &str) -> bool {
    let event = name
        .strip_prefix("on")
        .is_some_and(|rest| rest.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase()));
    event || CALLED.contains(&name)
}

/// Whether Android calls a method of this name when it makes a component: it, and what it is
/// made with.
#[must_use]
pub fn is_called_on_component(name: &str) -> bool {
    is_called_by_system(name) || matches!(name, "<init>" | "<clinit>")
}
