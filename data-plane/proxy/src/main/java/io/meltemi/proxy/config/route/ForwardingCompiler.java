package io.meltemi.proxy.config.route;

import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.HeaderMatchCompiler;
import io.meltemi.proxy.config.match.StringMatchCompiler;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.decide.retry.RetryPolicy;
import io.meltemi.proxy.decide.rewrite.HostRewrite;
import io.meltemi.proxy.decide.rewrite.PathRewrite;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.Forwarding.Priority;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compiles how a route forwards. Immutable: pure functions.
final class ForwardingCompiler {
    private static final String SUBSET = "envoy.lb";

    private ForwardingCompiler() {}

    static Forwarding compile(Route route, VirtualHostCompiler.Defaults defaults, ConfigPlace at) {
        RouteAction action = route.getRoute();
        RetryPolicy retry =
                action.hasRetryPolicy()
                        ? RetryPolicyCompiler.compile(
                                action.getRetryPolicy(), at.field("retry_policy"))
                        : defaults.retry();
        return new Forwarding(
                timeoutNanos(action, at),
                action.hasIdleTimeout()
                        ? Values.nanos(action.getIdleTimeout(), at.field("idle_timeout"))
                        : -1,
                maxStreamNanos(action, at),
                maxGrpcNanos(action, at),
                grpcHeaderMaxNanos(action, at),
                grpcOffsetNanos(action, at),
                retry,
                action.hasHedgePolicy()
                        ? action.getHedgePolicy().getHedgeOnPerTryTimeout()
                        : defaults.hedges(),
                path(route, at),
                host(action, at),
                action.getAppendXForwardedHost(),
                action.getPriority() == io.envoyproxy.envoy.config.core.v3.RoutingPriority.HIGH
                        ? Priority.HIGH
                        : Priority.DEFAULT,
                HashPolicyCompiler.compile(action.getHashPolicyList(), at),
                action.getRequestMirrorPoliciesCount() > 0
                        ? MirrorCompiler.compile(
                                action.getRequestMirrorPoliciesList(), defaults.keys(), at)
                        : defaults.mirrors(),
                subset(action.getMetadataMatch()),
                upgrades(action, at),
                termination(action),
                InternalRedirectCompiler.compile(action, at),
                route.hasPerRequestBufferLimitBytes()
                        ? Integer.toUnsignedLong(route.getPerRequestBufferLimitBytes().getValue())
                        : defaults.bufferBytes(),
                notFoundStatus(action, at),
                defaults.counts().of(route));
    }

    private static long maxStreamNanos(RouteAction action, ConfigPlace at) {
        return action.getMaxStreamDuration().hasMaxStreamDuration()
                ? Values.nanos(
                        action.getMaxStreamDuration().getMaxStreamDuration(),
                        at.field("max_stream_duration").field("max_stream_duration"))
                : -1;
    }

    /// Envoy: where a `max_stream_duration` stands, the older timeouts do not count.
    private static long timeoutNanos(RouteAction action, ConfigPlace at) {
        long nanos =
                action.hasTimeout()
                        ? Values.nanos(action.getTimeout(), at.field("timeout"))
                        : Forwarding.DEFAULT_TIMEOUT_NANOS;
        return action.hasMaxStreamDuration() ? 0 : nanos;
    }

    @SuppressWarnings("deprecation") // `max_grpc_timeout`: Istio sends it
    private static long maxGrpcNanos(RouteAction action, ConfigPlace at) {
        return action.hasMaxGrpcTimeout() && !action.hasMaxStreamDuration()
                ? Values.nanos(action.getMaxGrpcTimeout(), at.field("max_grpc_timeout"))
                : -1;
    }

    private static long grpcHeaderMaxNanos(RouteAction action, ConfigPlace at) {
        return action.getMaxStreamDuration().hasGrpcTimeoutHeaderMax()
                ? Values.nanos(
                        action.getMaxStreamDuration().getGrpcTimeoutHeaderMax(),
                        at.field("max_stream_duration").field("grpc_timeout_header_max"))
                : -1;
    }

    @SuppressWarnings("deprecation") // `grpc_timeout_offset`: older control planes send it
    private static long grpcOffsetNanos(RouteAction action, ConfigPlace at) {
        if (action.getMaxStreamDuration().hasGrpcTimeoutHeaderOffset()) {
            return Values.nanos(
                    action.getMaxStreamDuration().getGrpcTimeoutHeaderOffset(),
                    at.field("max_stream_duration").field("grpc_timeout_header_offset"));
        }
        return action.hasGrpcTimeoutOffset()
                ? Values.nanos(action.getGrpcTimeoutOffset(), at.field("grpc_timeout_offset"))
                : 0;
    }

    /// @param at the route's action
    private static @Nullable PathRewrite path(Route route, ConfigPlace at) {
        RouteAction action = route.getRoute();
        if (action.hasPathRewritePolicy()) {
            if (action.hasRegexRewrite() || !action.getPrefixRewrite().isEmpty()) {
                at.field("path_rewrite_policy").refuse("and other rewrites exclude each other");
            }
            return UriTemplateCompiler.rewrite(route, at);
        }
        if (action.hasRegexRewrite()) {
            if (!action.getPrefixRewrite().isEmpty()) {
                at.field("prefix_rewrite").refuse("and regex_rewrite exclude each other");
            }
            return RouteActionCompiler.regexRewrite(
                    action.getRegexRewrite(), at.field("regex_rewrite"));
        }
        if (!action.getPrefixRewrite().isEmpty() && route.getMatch().hasPathMatchPolicy()) {
            at.field("prefix_rewrite").refuse("does not go with a match by path_match_policy");
        }
        return action.getPrefixRewrite().isEmpty()
                ? null
                : new PathRewrite.Prefix(action.getPrefixRewrite());
    }

    private static @Nullable HostRewrite host(RouteAction action, ConfigPlace at) {
        return switch (action.getHostRewriteSpecifierCase()) {
            case HOST_REWRITE_LITERAL -> new HostRewrite.Literal(action.getHostRewriteLiteral());
            case AUTO_HOST_REWRITE ->
                    action.getAutoHostRewrite().getValue() ? new HostRewrite.Auto() : null;
            case HOST_REWRITE_HEADER ->
                    new HostRewrite.FromHeader(
                            HeaderMatchCompiler.name(
                                    action.getHostRewriteHeader(),
                                    at.field("host_rewrite_header")));
            case HOST_REWRITE_PATH_REGEX -> {
                ConfigPlace place = at.field("host_rewrite_path_regex");
                var pattern =
                        StringMatchCompiler.regex(
                                action.getHostRewritePathRegex().getPattern(),
                                place.field("pattern"));
                yield new HostRewrite.FromPath(
                        pattern,
                        RouteActionCompiler.substitution(
                                action.getHostRewritePathRegex(), pattern, place));
            }
            case HOSTREWRITESPECIFIER_NOT_SET -> null;
        };
    }

    /// What endpoints must have, of a `metadata_match`.
    static Map<String, Object> subset(Metadata metadata) {
        return Values.tree(
                metadata.getFilterMetadataOrDefault(
                        SUBSET, com.google.protobuf.Struct.getDefaultInstance()));
    }

    private static Map<String, Boolean> upgrades(RouteAction action, ConfigPlace at) {
        Map<String, Boolean> upgrades = new HashMap<>();
        for (int i = 0; i < action.getUpgradeConfigsCount(); i++) {
            RouteAction.UpgradeConfig config = action.getUpgradeConfigs(i);
            ConfigPlace place = at.element("upgrade_configs", i);
            String type = config.getUpgradeType();
            boolean enabled = !config.hasEnabled() || config.getEnabled().getValue();
            if (upgrades.put(type.toLowerCase(Locale.ROOT), enabled) != null) {
                place.field("upgrade_type").refuse("'" + type + "' is there twice");
            }
            if (config.hasConnectConfig() && !isConnect(config)) {
                place.field("connect_config").refuse("is for CONNECT, not for '" + type + "'");
            }
        }
        return upgrades;
    }

    private static boolean isConnect(RouteAction.UpgradeConfig config) {
        return config.getUpgradeType().equalsIgnoreCase("CONNECT");
    }

    private static Forwarding.@Nullable Termination termination(RouteAction action) {
        for (RouteAction.UpgradeConfig config : action.getUpgradeConfigsList()) {
            if (config.hasConnectConfig() && isConnect(config)) {
                return new Forwarding.Termination(config.getConnectConfig().getAllowPost());
            }
        }
        return null;
    }

    private static int notFoundStatus(RouteAction action, ConfigPlace at) {
        return switch (action.getClusterNotFoundResponseCode()) {
            case SERVICE_UNAVAILABLE -> 503;
            case NOT_FOUND -> 404;
            case INTERNAL_SERVER_ERROR -> 500;
            case UNRECOGNIZED -> {
                at.field("cluster_not_found_response_code")
                        .refuse(action.getClusterNotFoundResponseCodeValue() + " is no code");
                yield 503;
            }
        };
    }
}
