package io.meltemi.model.config;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.model.config.ConnectionPool.Keepalive;
import io.meltemi.model.config.HttpRoute.HttpRetry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What is written for the whole mesh (Istio: `istio.mesh.v1alpha1.MeshConfig`, in the ConfigMap
/// `istio`). Immutable.
///
/// @param rootNamespace resources there without a selector hold for the whole mesh
/// @param trustDomainAliases whose identities are those of the mesh's own trust domain too
/// @param caCertificates who is believed beside the mesh's own authority
/// @param outboundPolicy what sidecars do with calls to unknown destinations
/// @param accessLog where a line per request is written (`accessLogFile`)
/// @param autoMtls whether callers speak mutual TLS wherever it is taken, unless a rule says
///   otherwise
/// @param upstream how connections to services are made where no rule says it
/// @param defaultRetries of routes that say nothing of them (`defaultHttpRetryPolicy`)
/// @param protocolDetection how long sidecars wait for the first bytes on ports that do not say
///   what is spoken; zero: as long as it takes (`protocolDetectionTimeout`)
/// @param inboundRetries of sidecars towards their applications (`defaultInboundHttpRetryPolicy`)
public record MeshConfig(
        Optional<String> rootNamespace,
        List<TrustDomain> trustDomainAliases,
        List<CaCertificate> caCertificates,
        Optional<OutboundPolicy> outboundPolicy,
        Optional<AccessLogFile> accessLog,
        Tracing tracing,
        boolean autoMtls,
        Upstream upstream,
        Optional<HttpRetry> defaultRetries,
        Optional<HttpRetry> inboundRetries,
        Duration protocolDetection,
        StatNames statNames,
        PathNormalization pathNormalization,
        Visibility visibility,
        List<ExtensionProvider> extensionProviders,
        DefaultProviders defaultProviders) {
    /// Where nothing is written.
    public static final MeshConfig DEFAULT =
            new MeshConfig(
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Tracing.DEFAULT,
                    true,
                    Upstream.DEFAULT,
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ZERO,
                    StatNames.OWN,
                    PathNormalization.BASE,
                    Visibility.DEFAULT,
                    builtIn(new AccessLogFile.Format.Text(Optional.empty())),
                    DefaultProviders.NONE);

    public MeshConfig {
        trustDomainAliases = List.copyOf(trustDomainAliases);
        caCertificates = List.copyOf(caCertificates);
        extensionProviders = List.copyOf(extensionProviders);
    }

    /// @param enabled `enableTracing`
    /// @param samplingPercent of requests that nobody has decided on yet, 0 to 100; absent: the
    ///   control plane's own
    public record Tracing(boolean enabled, OptionalDouble samplingPercent) {
        public static final Tracing DEFAULT = new Tracing(true, OptionalDouble.empty());
    }

    /// @param connectTimeout absent: 10 s
    /// @param pool where a rule has none (`defaultTrafficPolicy`)
    /// @param outlierDetection the same
    /// @param locality where a rule says nothing of places (`localityLbSetting`)
    public record Upstream(
            Optional<Duration> connectTimeout,
            Optional<Keepalive> keepalive,
            Optional<ConnectionPool> pool,
            Optional<OutlierDetection> outlierDetection,
            Optional<LocalityLb> locality) {
        public static final Upstream DEFAULT =
                new Upstream(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
    }

    /// How clusters are called in statistics, with places such as `%SERVICE%` in it; empty: by
    /// their own names.
    public record StatNames(String outbound, String inbound) {
        public static final StatNames OWN = new StatNames("", "");
    }

    /// Istio has these providers without being told.
    ///
    /// @param format of the mesh's own log
    public static List<ExtensionProvider> builtIn(AccessLogFile.Format format) {
        return List.of(
                new ExtensionProvider("prometheus", new ExtensionProvider.Metrics()),
                new ExtensionProvider(
                        "envoy",
                        new ExtensionProvider.FileLog(
                                new AccessLogFile("/dev/stdout", format), false)));
    }

    /// Who is told where no Telemetry names anybody, by name.
    public record DefaultProviders(List<String> accessLogging, List<String> tracing) {
        public static final DefaultProviders NONE = new DefaultProviders(List.of(), List.of());

        public DefaultProviders {
            accessLogging = List.copyOf(accessLogging);
            tracing = List.copyOf(tracing);
        }
    }

    /// Who sees what says nothing of it: namespaces, `.` for its own, `*` for all, of services also
    /// `~` for nobody; empty: all.
    ///
    /// @param services `defaultServiceExportTo`
    /// @param virtualServices `defaultVirtualServiceExportTo`
    public record Visibility(List<String> services, List<String> virtualServices) {
        public static final Visibility DEFAULT = new Visibility(List.of(), List.of());

        public Visibility {
            services = List.copyOf(services);
            virtualServices = List.copyOf(virtualServices);
        }
    }
}
