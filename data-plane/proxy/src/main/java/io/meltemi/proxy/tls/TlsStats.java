package io.meltemi.proxy.tls;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.security.cert.X509Certificate;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Counts what happened to the TLS connections of one listener or cluster, under Envoy's names
/// (`listener.ADDRESS.ssl.handshake`). Thread-safe.
///
/// Envoy's `sigalgs.` is missing: the TLS library does not tell them. Nothing is stapled here, so
/// that its `ocsp_staple_` counters stay at zero.
public final class TlsStats implements AutoCloseable {
    /// Envoy names a certificate that is no secret by the hash of its name, which it has not.
    static final String UNNAMED = "unnamed_cert_e3b0c442";

    static final String UNNAMED_AUTHORITY = "unnamed_ca_cert_e3b0c442";

    final Counter handshake;
    final Counter noCertificate;
    final Counter connectionError;
    final Counter failVerifyNoCert;
    final Counter failVerifyError;
    final Counter failVerifySan;
    final Counter failVerifyCertHash;
    final Counter sessionReused;
    final Counter contextUpdates;
    final Counter secretsNotReady;
    private final StatsScope scope;
    private final StatsScope sockets;

    /// @param owner `listener.ADDRESS.` or `cluster.NAME.`
    TlsStats(StatsStore store, String owner, boolean server) {
        scope = store.scope(owner + "ssl.");
        sockets = store.scope(owner + (server ? "server" : "client") + "_ssl_socket_factory.");
        handshake = scope.counter("handshake");
        noCertificate = scope.counter("no_certificate");
        connectionError = scope.counter("connection_error");
        failVerifyNoCert = scope.counter("fail_verify_no_cert");
        failVerifyError = scope.counter("fail_verify_error");
        failVerifySan = scope.counter("fail_verify_san");
        failVerifyCertHash = scope.counter("fail_verify_cert_hash");
        sessionReused = scope.counter("session_reused");
        scope.counter("ocsp_staple_failed");
        scope.counter("ocsp_staple_omitted");
        scope.counter("ocsp_staple_requests");
        scope.counter("ocsp_staple_responses");
        contextUpdates = sockets.counter("ssl_context_update_by_sds");
        String waiting = "_context_secrets_not_ready";
        Counter downstream = sockets.counter("downstream" + waiting);
        Counter upstream = sockets.counter("upstream" + waiting);
        secretsNotReady = server ? downstream : upstream;
    }

    /// A handshake is over and well. The names are the TLS library's, of which there are few.
    ///
    /// @param group the curve, or null when the library does not tell
    void succeeded(String version, String cipher, @Nullable String group, boolean resumed) {
        handshake.increment();
        scope.counter("ciphers." + cipher).increment();
        scope.counter("versions." + version).increment();
        if (group != null) {
            scope.counter("curves." + group).increment();
        }
        if (resumed) {
            sessionReused.increment();
        }
    }

    /// Shows when certificates end, in Unix seconds.
    ///
    /// @param name the secret's, or one of the two above
    void expires(String name, Collection<X509Certificate> certificates) {
        certificates.stream()
                .mapToLong(each -> each.getNotAfter().toInstant().getEpochSecond())
                .min()
                .ifPresent(seconds ->
                        scope.gauge("certificate." + name + ".expiration_unix_time_seconds")
                                .set(seconds));
    }

    public long handshake() {
        return handshake.value();
    }

    public long noCertificate() {
        return noCertificate.value();
    }

    public long connectionError() {
        return connectionError.value();
    }

    public long failVerifyNoCert() {
        return failVerifyNoCert.value();
    }

    public long failVerifyError() {
        return failVerifyError.value();
    }

    public long failVerifySan() {
        return failVerifySan.value();
    }

    public long failVerifyCertHash() {
        return failVerifyCertHash.value();
    }

    @Override
    public void close() {
        scope.close();
        sockets.close();
    }
}
