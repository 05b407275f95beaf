//! What differs between operating systems: how a server is told to stop.

/// Waits until the process is asked to end: by Ctrl-C, or by SIGTERM where there are signals.
pub(crate) async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = term.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // No signal can be had: the server runs until it is killed, which loses nothing.
        std::future::pending::<()>().await;
    }
}
