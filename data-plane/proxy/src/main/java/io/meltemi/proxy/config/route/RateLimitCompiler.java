package io.meltemi.proxy.config.route;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.route.v3.RateLimit;
import io.envoyproxy.envoy.config.route.v3.RateLimit.Action;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.HeaderMatchCompiler;
import io.meltemi.proxy.decide.ratelimit.RateLimitAction;
import io.meltemi.proxy.decide.ratelimit.RateLimitPolicy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles `rate_limits`. Immutable: pure functions.
public final class RateLimitCompiler {
    private static final int MOST_STAGE = 10;

    private RateLimitCompiler() {}

    public static List<RateLimitPolicy> compile(List<RateLimit> limits, ConfigPlace at) {
        List<RateLimitPolicy> policies = new ArrayList<>();
        for (int i = 0; i < limits.size(); i++) {
            policies.add(compile(limits.get(i), at.element("rate_limits", i)));
        }
        return policies;
    }

    private static RateLimitPolicy compile(RateLimit limit, ConfigPlace at) {
        if (Integer.compareUnsigned(limit.getStage().getValue(), MOST_STAGE) > 0) {
            at.field("stage").refuse("must be 0 to " + MOST_STAGE);
        }
        if (limit.getActionsCount() == 0) {
            at.field("actions").refuse("must have at least one action");
        }
        List<RateLimitAction> actions = new ArrayList<>();
        for (int i = 0; i < limit.getActionsCount(); i++) {
            RateLimitAction action = compile(limit.getActions(i), at.element("actions", i));
            if (action != null) {
                actions.add(action);
            }
        }
        return new RateLimitPolicy(limit.getStage().getValue(), limit.getDisableKey(), actions);
    }

    private static @Nullable RateLimitAction compile(Action action, ConfigPlace at) {
        return switch (action.getActionSpecifierCase()) {
            case SOURCE_CLUSTER -> new RateLimitAction.SourceCluster();
            case DESTINATION_CLUSTER -> new RateLimitAction.DestinationCluster();
            case REMOTE_ADDRESS -> new RateLimitAction.RemoteAddress();
            case REQUEST_HEADERS ->
                    new RateLimitAction.RequestHeader(
                            HeaderMatchCompiler.name(
                                    action.getRequestHeaders().getHeaderName(),
                                    at.field("request_headers").field("header_name")),
                            action.getRequestHeaders().getDescriptorKey(),
                            action.getRequestHeaders().getSkipIfAbsent());
            case QUERY_PARAMETERS ->
                    new RateLimitAction.QueryParameter(
                            action.getQueryParameters().getQueryParameterName(),
                            action.getQueryParameters().getDescriptorKey(),
                            action.getQueryParameters().getSkipIfAbsent());
            case GENERIC_KEY ->
                    new RateLimitAction.GenericKey(
                            or(action.getGenericKey().getDescriptorKey(), "generic_key"),
                            action.getGenericKey().getDescriptorValue());
            case HEADER_VALUE_MATCH -> {
                Action.HeaderValueMatch match = action.getHeaderValueMatch();
                yield new RateLimitAction.HeaderValueMatch(
                        or(match.getDescriptorKey(), "header_match"),
                        match.getDescriptorValue(),
                        !match.hasExpectMatch() || match.getExpectMatch().getValue(),
                        HeaderMatchCompiler.compileAll(
                                match.getHeadersList(), at.field("header_value_match"), "headers"));
            }
            case METADATA -> metadata(action.getMetadata());
            case MASKED_REMOTE_ADDRESS -> {
                Action.MaskedRemoteAddress mask = action.getMaskedRemoteAddress();
                yield new RateLimitAction.MaskedRemoteAddress(
                        bits(
                                mask.hasV4PrefixMaskLen(),
                                mask.getV4PrefixMaskLen(),
                                32,
                                at.field("masked_remote_address").field("v4_prefix_mask_len")),
                        bits(
                                mask.hasV6PrefixMaskLen(),
                                mask.getV6PrefixMaskLen(),
                                128,
                                at.field("masked_remote_address").field("v6_prefix_mask_len")));
            }
            case QUERY_PARAMETER_VALUE_MATCH -> {
                Action.QueryParameterValueMatch match = action.getQueryParameterValueMatch();
                yield new RateLimitAction.QueryValueMatch(
                        or(match.getDescriptorKey(), "query_match"),
                        match.getDescriptorValue(),
                        !match.hasExpectMatch() || match.getExpectMatch().getValue(),
                        HeaderMatchCompiler.queries(
                                match.getQueryParametersList(),
                                at.field("query_parameter_value_match"),
                                "query_parameters"));
            }
            case DYNAMIC_METADATA, EXTENSION -> // refused by the list of supported fields
                    null;
            case ACTIONSPECIFIER_NOT_SET -> {
                at.refuse("names no action");
                yield null;
            }
        };
    }

    private static RateLimitAction metadata(Action.MetaData metadata) {
        List<String> path = new ArrayList<>();
        metadata.getMetadataKey().getPathList().forEach(segment -> path.add(segment.getKey()));
        return new RateLimitAction.Metadata(
                metadata.getDescriptorKey(),
                metadata.getMetadataKey().getKey(),
                path,
                metadata.getSource() == Action.MetaData.Source.ROUTE_ENTRY,
                metadata.getDefaultValue().isEmpty() ? null : metadata.getDefaultValue(),
                metadata.getSkipIfAbsent());
    }

    private static int bits(boolean isSet, UInt32Value bits, int most, ConfigPlace at) {
        if (Integer.compareUnsigned(bits.getValue(), most) > 0) {
            at.refuse("must be at most " + most);
        }
        return isSet ? Math.clamp(bits.getValue(), 0, most) : most;
    }

    private static String or(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
