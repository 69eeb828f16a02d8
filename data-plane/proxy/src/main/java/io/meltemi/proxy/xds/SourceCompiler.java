package io.meltemi.proxy.xds;

import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.grpc.Channel;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.xds.client.Dialect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Compiles `ConfigSource`s. Thread-safe.
public final class SourceCompiler {
    /// Envoy's `initial_fetch_timeout` when there is none.
    private static final long INITIAL_FETCH_NANOS = 15_000_000_000L;

    private final Function<String, Channel> channels;
    private final Predicate<String> isStaticSecret;

    /// @param isStaticSecret whether the bootstrap has a secret of this name
    /// @param channels the channel of a cluster; fails with an IllegalArgumentException that says
    ///   why there is none
    public SourceCompiler(Function<String, Channel> channels, Predicate<String> isStaticSecret) {
        this.channels = channels;
        this.isStaticSecret = isStaticSecret;
    }

    /// Refuses a secret that is named without a source and that the bootstrap does not have.
    void staticSecret(String name, ConfigPlace at) {
        if (!isStaticSecret.test(name)) {
            at.refuse("'" + name + "' is not among static_resources.secrets");
        }
    }

    /// Null after refusing something.
    @SuppressWarnings("deprecation") // `path` is what older files have
    public @Nullable XdsSource compile(ConfigSource proto, ConfigPlace at) {
        version(proto.getResourceApiVersion(), at.field("resource_api_version"));
        return switch (proto.getConfigSourceSpecifierCase()) {
            case ADS -> new XdsSource.Ads();
            case API_CONFIG_SOURCE ->
                    compile(proto.getApiConfigSource(), at.field("api_config_source"));
            case PATH -> file(proto.getPath(), "", at.field("path"));
            case PATH_CONFIG_SOURCE ->
                    file(
                            proto.getPathConfigSource().getPath(),
                            proto.getPathConfigSource().getWatchedDirectory().getPath(),
                            at.field("path_config_source").field("path"));
            case SELF -> refuse(at.field("self"), "is not supported");
            case CONFIGSOURCESPECIFIER_NOT_SET ->
                    refuse(at, "has neither ads, api_config_source nor path_config_source");
        };
    }

    /// How long a resource of this source is waited for, in nanoseconds; 0 for ever.
    public static long initialFetchNanos(ConfigSource proto) {
        if (!proto.hasInitialFetchTimeout()) {
            return INITIAL_FETCH_NANOS;
        }
        var timeout = proto.getInitialFetchTimeout();
        return timeout.getSeconds() * 1_000_000_000L + timeout.getNanos();
    }

    /// Null after refusing something.
    public XdsSource.@Nullable Grpc compile(ApiConfigSource proto, ConfigPlace at) {
        if (proto.getTransportApiVersion() != ApiVersion.V3) {
            at.field("transport_api_version").refuse("must be V3");
        }
        Dialect dialect =
                switch (proto.getApiType()) {
                    case GRPC -> Dialect.STATE_OF_THE_WORLD;
                    case DELTA_GRPC -> Dialect.DELTA;
                    case REST,
                            DEPRECATED_AND_UNAVAILABLE_DO_NOT_USE,
                            AGGREGATED_GRPC,
                            AGGREGATED_DELTA_GRPC,
                            UNRECOGNIZED -> {
                        at.field("api_type").refuse(proto.getApiType() + " is not supported");
                        yield Dialect.DELTA;
                    }
                };
        if (proto.getGrpcServicesCount() != 1) {
            at.field("grpc_services")
                    .refuse("must be one, there are " + proto.getGrpcServicesCount());
            return null;
        }
        GrpcService service = proto.getGrpcServices(0);
        String cluster = service.getEnvoyGrpc().getClusterName();
        try {
            var _ = channels.apply(cluster);
        } catch (IllegalArgumentException e) {
            at.element("grpc_services", 0)
                    .field("envoy_grpc")
                    .field("cluster_name")
                    .refuse(String.valueOf(e.getMessage()));
            return null;
        }
        return new XdsSource.Grpc(
                cluster, dialect, proto.getSetNodeOnFirstMessageOnly(), metadata(service));
    }

    private static Map<String, String> metadata(GrpcService service) {
        Map<String, String> metadata = new HashMap<>();
        for (HeaderValue header : service.getInitialMetadataList()) {
            metadata.put(header.getKey(), header.getValue());
        }
        return metadata;
    }

    @SuppressWarnings("deprecation") // the version that is refused
    private static void version(ApiVersion version, ConfigPlace at) {
        if (version == ApiVersion.V2 || version == ApiVersion.UNRECOGNIZED) {
            at.refuse(version + " is not supported, only V3 is");
        }
    }

    private static @Nullable XdsSource file(String path, String watched, ConfigPlace at) {
        if (!Files.exists(Path.of(path))) {
            return refuse(at, "'" + path + "' does not exist");
        }
        return new XdsSource.File(Path.of(path), Path.of(watched));
    }

    private static @Nullable XdsSource refuse(ConfigPlace at, String why) {
        at.refuse(why);
        return null;
    }
}
