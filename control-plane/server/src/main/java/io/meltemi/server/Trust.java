package io.meltemi.server;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.time.Ticker;
import io.meltemi.citadel.ca.CertificateAuthority;
import io.meltemi.citadel.ca.RootStore;
import io.meltemi.citadel.token.JoinTokens;
import io.meltemi.server.port.ServerTls;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/// What the mesh's trust hangs on: the authority, the tokens that let newcomers in, and the control
/// plane's own certificate. Immutable.
record Trust(CertificateAuthority authority, JoinTokens tokens, SslContext tls) {
    /// By these names agents call the control plane; Istio's own, so that its agents find it too.
    private static final List<String> DNS_NAMES =
            List.of(
                    "meltemi.local",
                    "istiod.istio-system.svc",
                    "istiod.istio-system.svc.cluster.local",
                    "localhost");

    private static final Duration TOKEN_LIFETIME = Duration.ofMinutes(5);

    /// The control plane's certificate is not rotated while it runs, so it must outlive the
    /// process.
    private static final Duration SERVER_LIFETIME = Duration.ofDays(365);

    static Trust open(ControlPlaneSettings settings) throws IOException {
        var trustDomain = settings.mesh().trustDomain();
        var root =
                new RootStore(settings.stateFolder().resolve("ca"), Clock.systemUTC())
                        .openOrCreate(trustDomain);
        var identity = new SpiffeId(trustDomain, settings.mesh().rootNamespace(), "istiod");
        return new Trust(
                new CertificateAuthority(root, settings.certificateLifetime(), Clock.systemUTC()),
                new JoinTokens(TOKEN_LIFETIME, Ticker.SYSTEM),
                ServerTls.of(
                        new CertificateAuthority(root, SERVER_LIFETIME, Clock.systemUTC()),
                        identity,
                        DNS_NAMES));
    }
}
