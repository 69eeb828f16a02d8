package io.meltemi.galley.decode;

import io.meltemi.model.config.AccessLogFile.Format;
import io.meltemi.model.config.ConnectionPool;
import io.meltemi.model.config.ExtensionProvider;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.MeshConfig.DefaultProviders;
import io.meltemi.model.config.MeshConfig.StatNames;
import io.meltemi.model.config.MeshConfig.Tracing;
import io.meltemi.model.config.MeshConfig.Upstream;
import io.meltemi.model.config.MeshConfig.Visibility;
import io.meltemi.model.config.OutboundPolicy;
import io.meltemi.model.config.OutlierDetection;
import io.meltemi.model.config.PathNormalization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Reads a `MeshConfig`. Immutable.
final class MeshConfigDecoder {
    private static final List<String> ALL = List.of("*");

    private MeshConfigDecoder() {}

    static MeshConfig decode(ObjectReader mesh) {
        MeshConfigFields.ofMesh(mesh);
        asItIs(mesh);
        Format format = AccessLogDecoder.formatOfMesh(mesh);
        Optional<Traffic> traffic = mesh.object("defaultTrafficPolicy", MeshConfigDecoder::traffic);
        return new MeshConfig(
                mesh.string("rootNamespace").filter(n -> !n.isEmpty()),
                CaCertificateDecoder.trustDomains(mesh, "trustDomainAliases"),
                mesh.list("caCertificates", CaCertificateDecoder::decode).stream()
                        .flatMap(Optional::stream)
                        .toList(),
                mesh.object("outboundTrafficPolicy", MeshConfigDecoder::outbound)
                        .flatMap(policy -> policy),
                AccessLogDecoder.ofMesh(mesh, format),
                new Tracing(
                        mesh.bool("enableTracing").orElse(true),
                        mesh.object("defaultConfig", MeshConfigDecoder::sampling)
                                .orElse(OptionalDouble.empty())),
                mesh.bool("enableAutoMtls").orElse(true),
                new Upstream(
                        mesh.duration("connectTimeout"),
                        mesh.object("tcpKeepalive", ConnectionPoolDecoder::tcpKeepalive),
                        traffic.flatMap(Traffic::pool),
                        traffic.flatMap(Traffic::outlierDetection),
                        mesh.object("localityLbSetting", LocalityLbDecoder::decode)),
                mesh.object("defaultHttpRetryPolicy", HttpRouteDecoder::retries),
                mesh.object("defaultInboundHttpRetryPolicy", HttpRouteDecoder::retries),
                mesh.duration("protocolDetectionTimeout").orElse(Duration.ZERO),
                new StatNames(
                        mesh.string("outboundClusterStatName").orElse(""),
                        mesh.string("inboundClusterStatName").orElse("")),
                mesh.object("pathNormalization", MeshConfigDecoder::normalization)
                        .flatMap(n -> n)
                        .orElse(PathNormalization.BASE),
                new Visibility(
                        mesh.strings("defaultServiceExportTo"),
                        mesh.strings("defaultVirtualServiceExportTo")),
                providers(mesh, format),
                mesh.object("defaultProviders", MeshConfigDecoder::defaults)
                        .orElse(DefaultProviders.NONE));
    }

    private static Optional<PathNormalization> normalization(ObjectReader paths) {
        return paths.string("normalization").filter(n -> n.equals("DEFAULT")).isPresent()
                ? Optional.of(PathNormalization.BASE)
                : paths.choice("normalization", PathNormalization.class);
    }

    private record Traffic(
            Optional<ConnectionPool> pool, Optional<OutlierDetection> outlierDetection) {}

    private static Traffic traffic(ObjectReader policy) {
        return new Traffic(
                policy.object("connectionPool", ConnectionPoolDecoder::decode),
                policy.object("outlierDetection", OutlierDetectionDecoder::decode));
    }

    private static List<ExtensionProvider> providers(ObjectReader mesh, Format format) {
        List<Optional<ExtensionProvider>> read =
                mesh.list(
                        "extensionProviders",
                        provider -> ExtensionProviderDecoder.decode(provider, format));
        List<ExtensionProvider> all =
                new ArrayList<>(read.stream().flatMap(Optional::stream).toList());
        List<String> written = all.stream().map(ExtensionProvider::name).toList();
        MeshConfig.builtIn(format).stream()
                .filter(provider -> !written.contains(provider.name()))
                .forEach(all::add);
        return all;
    }

    private static DefaultProviders defaults(ObjectReader providers) {
        if (!List.of("prometheus").containsAll(providers.strings("metrics"))) {
            providers.unsupported("metrics", "a provider of metrics but prometheus");
        }
        return new DefaultProviders(
                providers.strings("accessLogging"), providers.strings("tracing"));
    }

    private static Optional<OutboundPolicy> outbound(ObjectReader policy) {
        policy.notYet("tls");
        return policy.choice("mode", OutboundPolicy.class, "ALLOW_ANY_DYNAMIC_DNS");
    }

    private static OptionalDouble sampling(ObjectReader proxy) {
        MeshConfigFields.ofProxy(proxy);
        return proxy.object(
                        "tracing",
                        tracing -> {
                            MeshConfigFields.ofTracing(tracing);
                            return tracing.number("sampling");
                        })
                .orElse(OptionalDouble.empty());
    }

    /// What may be written as it is anyway, and not otherwise.
    private static void asItIs(ObjectReader mesh) {
        mesh.choice("h2UpgradePolicy", Upgrade.class, "UPGRADE");
        if (!ALL.equals(mesh.strings("defaultDestinationRuleExportTo"))
                && mesh.has("defaultDestinationRuleExportTo")) {
            mesh.unsupported("defaultDestinationRuleExportTo", "another than ['*']");
        }
        port(mesh, "proxyListenPort", 15001);
        port(mesh, "proxyInboundListenPort", 15006);
    }

    private static void port(ObjectReader mesh, String name, int served) {
        if (mesh.integer(name).orElse(served) != served) {
            mesh.unsupported(name, name + " other than " + served);
        }
    }

    private enum Upgrade {
        DO_NOT_UPGRADE
    }
}
