//! The few classes of the system that apps name in place of those above them, where the call that
//! shows an ability is inherited.

/// A class, and the one above it: reference of the `android` packages, API 36.
pub(crate) const BELOW: &[(&str, &str)] = &[
    ("Ldalvik/system/DexClassLoader;", "Ldalvik/system/BaseDexClassLoader;"),
    ("Ldalvik/system/PathClassLoader;", "Ldalvik/system/BaseDexClassLoader;"),
    ("Ljavax/net/ssl/SSLSocket;", "Ljava/net/Socket;"),
    ("Ljavax/net/ssl/SSLSocketFactory;", "Ljavax/net/SocketFactory;"),
    ("Ljava/net/HttpURLConnection;", "Ljava/net/URLConnection;"),
    ("Ljavax/net/ssl/HttpsURLConnection;", "Ljava/net/HttpURLConnection;"),
];
