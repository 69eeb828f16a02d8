package io.meltemi.server.trust;

import io.grpc.BindableService;
import io.grpc.netty.GrpcSslContexts;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.time.Ticker;
import io.meltemi.base.tls.CurrentTrustManager;
import io.meltemi.citadel.ca.AuthorityKeys;
import io.meltemi.citadel.ca.CertificateAuthority;
import io.meltemi.citadel.ca.Passphrase;
import io.meltemi.citadel.ca.PluggedInAuthority;
import io.meltemi.citadel.ca.RootFolder;
import io.meltemi.citadel.ca.SelfSignedRoots;
import io.meltemi.citadel.sender.Authenticator;
import io.meltemi.citadel.sender.AuthenticatorChain;
import io.meltemi.citadel.sender.CertificateAuthenticator;
import io.meltemi.citadel.sender.JoinTokenAuthenticator;
import io.meltemi.citadel.service.CertificateAdapter;
import io.meltemi.citadel.service.IssueLimits;
import io.meltemi.citadel.token.JoinTokens;
import io.meltemi.model.snapshot.RootSnapshot;
import io.meltemi.xds.server.PeerIdentity;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/// What the mesh's trust hangs on: the authority's keys, the tokens that let newcomers in, and the
/// control plane's own certificate. Thread-safe.
public final class Trust implements AutoCloseable {
    /// How long a join token may wait for its pod.
    static final Duration TOKEN_LIFETIME = Duration.ofMinutes(5);

    /// By these names agents call the control plane; Istio's own, so that its agents find it too.
    private static final List<String> DNS_NAMES =
            List.of(
                    "meltemi.local",
                    "istiod.istio-system.svc",
                    "istiod.istio-system.svc.cluster.local",
                    "localhost");

    /// Replaced plug-in files take effect, and a root takes over, within so much.
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final AuthorityKeys keys;
    private final CertificateAuthority authority;
    private final JoinTokens tokens = new JoinTokens(TOKEN_LIFETIME, Ticker.SYSTEM);
    private final IssueLog log;
    private final CertificateMetrics metrics;
    private final SslContext tls;
    private final AuthorityClock clock;

    private Trust(AuthorityKeys keys, Duration lifetime, SpiffeId controlPlane, Path audit)
            throws IOException {
        Clock time = Clock.systemUTC();
        this.keys = keys;
        this.authority = new CertificateAuthority(keys, lifetime, time);
        this.log = new IssueLog(audit, time);
        this.metrics = new CertificateMetrics(keys, time);
        this.tls = tls(new ServerCertificate(authority, controlPlane, DNS_NAMES, time), keys);
        this.clock = new AuthorityClock(keys, time, LOOK);
    }

    /// @param stateFolder holds `ca/`, the mesh's own roots, and `audit/`, what was signed
    /// @param controlPlane who the control plane is
    /// @param registry where the authority's metrics go
    /// @throws IOException when a folder or a file cannot be used, saying which
    public static Trust open(
            AuthoritySettings settings,
            Path stateFolder,
            SpiffeId controlPlane,
            PrometheusRegistry registry)
            throws IOException {
        AuthorityKeys keys = keys(settings, stateFolder.resolve("ca"), controlPlane.trustDomain());
        Trust trust =
                new Trust(
                        keys,
                        settings.certificateLifetime(),
                        controlPlane,
                        stateFolder.resolve("audit"));
        registry.register(trust.metrics);
        return trust;
    }

    private static AuthorityKeys keys(
            AuthoritySettings settings, Path folder, TrustDomain trustDomain) throws IOException {
        Optional<Passphrase> passphrase =
                settings.passphrase().isEmpty()
                        ? Optional.empty()
                        : Optional.of(Passphrase.read(settings.passphrase().get()));
        Clock time = Clock.systemUTC();
        return settings.pluggedIn().isPresent()
                ? PluggedInAuthority.open(settings.pluggedIn().get(), passphrase, time)
                : SelfSignedRoots.open(
                        new RootFolder(folder, passphrase), trustDomain, settings.schedule(), time);
    }

    /// A client certificate is asked for and must be of the mesh, but may be absent: a workload's
    /// first call brings a join token instead. What needs an identity asks for it.
    private static SslContext tls(ServerCertificate own, AuthorityKeys keys) throws IOException {
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forServer(own)
                            .trustManager(new CurrentTrustManager(() -> keys.trust().roots()))
                            .clientAuth(ClientAuth.OPTIONAL)
                            .protocols("TLSv1.3", "TLSv1.2");
            SslProvider provider = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
            return GrpcSslContexts.configure(builder, provider).build();
        } catch (SSLException e) {
            throw new IOException("the control plane cannot set up TLS: " + e.getMessage(), e);
        }
    }

    /// What is signed with and believed.
    public AuthorityKeys keys() {
        return keys;
    }

    /// Tells whom the mesh's own authority is believed by, now and with each change.
    ///
    /// @return ends it
    public AutoCloseable followRoots(Consumer<RootSnapshot> follower) {
        return clock.follow(bundle -> follower.accept(new RootSnapshot(bundle.pem())));
    }

    /// How newcomers get in.
    public JoinTokens tokens() {
        return tokens;
    }

    /// What the control plane's ports speak.
    public SslContext tls() {
        return tls;
    }

    /// Signs for those who have proven who they are; records and counts what it does.
    ///
    /// @param more asked after certificates of the mesh and join tokens, in this order
    public BindableService certificates(List<Authenticator> more) {
        List<Authenticator> senders = new ArrayList<>();
        senders.add(new CertificateAuthenticator());
        senders.add(new JoinTokenAuthenticator(tokens));
        senders.addAll(more);
        return new CertificateAdapter(
                authority,
                new AuthenticatorChain(senders),
                PeerIdentity::current,
                IssueLimits.standard(Ticker.SYSTEM),
                event -> {
                    log.heard(event);
                    metrics.heard(event);
                });
    }

    @Override
    public void close() {
        clock.close();
    }
}
