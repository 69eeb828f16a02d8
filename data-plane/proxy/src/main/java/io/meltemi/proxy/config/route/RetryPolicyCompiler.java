package io.meltemi.proxy.config.route;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.extensions.retry.host.omit_canary_hosts.v3.OmitCanaryHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.HeaderMatchCompiler;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.decide.retry.HostRule;
import io.meltemi.proxy.decide.retry.ResetBackoff;
import io.meltemi.proxy.decide.retry.RetryOn;
import io.meltemi.proxy.decide.retry.StatusCodes;
import io.meltemi.xds.message.Anys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles a `RetryPolicy`. Immutable: pure functions.
public final class RetryPolicyCompiler {
    private static final int MOST_STATUS = 999;

    private RetryPolicyCompiler() {}

    /// Envoy takes over any condition it does not know as if it were not there; here it is refused,
    /// since nobody writes one on purpose.
    public static io.meltemi.proxy.decide.retry.RetryPolicy compile(
            RetryPolicy policy, ConfigPlace at) {
        List<String> unknown = new ArrayList<>();
        int on = RetryOn.parse(policy.getRetryOn(), unknown);
        if (!unknown.isEmpty()) {
            at.field("retry_on").refuse(unknown + " are no conditions of a retry");
        }
        long base = baseNanos(policy, at);
        return new io.meltemi.proxy.decide.retry.RetryPolicy(
                on,
                policy.hasNumRetries()
                        ? (int)
                                Math.min(
                                        Integer.toUnsignedLong(policy.getNumRetries().getValue()),
                                        Integer.MAX_VALUE - 1)
                        : 1,
                policy.hasPerTryTimeout()
                        ? Values.nanos(policy.getPerTryTimeout(), at.field("per_try_timeout"))
                        : 0,
                policy.hasPerTryIdleTimeout()
                        ? Values.nanos(
                                policy.getPerTryIdleTimeout(), at.field("per_try_idle_timeout"))
                        : 0,
                base,
                maxNanos(policy, base, at),
                statusCodes(policy, at),
                HeaderMatchCompiler.compileAll(
                        policy.getRetriableHeadersList(), at, "retriable_headers"),
                HeaderMatchCompiler.compileAll(
                        policy.getRetriableRequestHeadersList(), at, "retriable_request_headers"),
                avoidsPreviousHosts(policy),
                hostRules(policy, at),
                resets(policy, at),
                Math.clamp(policy.getHostSelectionRetryMaxAttempts(), 1, 1000),
                priorityUpdates(policy, at));
    }

    private static long baseNanos(RetryPolicy policy, ConfigPlace at) {
        if (!policy.hasRetryBackOff()) {
            return io.meltemi.proxy.decide.retry.RetryPolicy.DEFAULT_BASE_NANOS;
        }
        ConfigPlace place = at.field("retry_back_off").field("base_interval");
        long nanos = Values.nanos(policy.getRetryBackOff().getBaseInterval(), place);
        if (nanos == 0) {
            place.refuse("must be above 0");
        }
        return nanos;
    }

    private static long maxNanos(RetryPolicy policy, long base, ConfigPlace at) {
        if (!policy.getRetryBackOff().hasMaxInterval()) {
            return base > Long.MAX_VALUE / 10 ? Long.MAX_VALUE : base * 10;
        }
        ConfigPlace place = at.field("retry_back_off").field("max_interval");
        long nanos = Values.nanos(policy.getRetryBackOff().getMaxInterval(), place);
        if (nanos < base) {
            place.refuse("must not be less than base_interval");
        }
        return nanos;
    }

    private static StatusCodes statusCodes(RetryPolicy policy, ConfigPlace at) {
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < policy.getRetriableStatusCodesCount(); i++) {
            int code = policy.getRetriableStatusCodes(i);
            if (code < 100 || code > MOST_STATUS) {
                at.element("retriable_status_codes", i).refuse(code + " is no status code");
            } else {
                codes.add(code);
            }
        }
        return codes.isEmpty() ? StatusCodes.NONE : new StatusCodes(codes);
    }

    /// What else an endpoint must not be.
    private static List<HostRule> hostRules(RetryPolicy policy, ConfigPlace at) {
        List<HostRule> rules = new ArrayList<>();
        for (int i = 0; i < policy.getRetryHostPredicateCount(); i++) {
            Any config = policy.getRetryHostPredicate(i).getTypedConfig();
            ConfigPlace place = at.element("retry_host_predicate", i);
            if (Anys.is(config, OmitCanaryHostsPredicate.class)) {
                rules.add(HostRule.CANARY);
            } else if (Anys.is(config, OmitHostMetadataConfig.class)) {
                rules.add(unwanted(config, place));
            } else if (!Anys.is(config, PreviousHostsPredicate.class)) {
                place.refuse("'" + config.getTypeUrl() + "' is no predicate of this proxy");
            }
        }
        return rules;
    }

    private static HostRule unwanted(Any config, ConfigPlace at) {
        try {
            return new HostRule(
                    ForwardingCompiler.subset(
                            Anys.unpack(config, OmitHostMetadataConfig.class).getMetadataMatch()));
        } catch (InvalidProtocolBufferException e) {
            at.refuse("cannot be read: " + e.getMessage());
            return HostRule.CANARY;
        }
    }

    private static boolean avoidsPreviousHosts(RetryPolicy policy) {
        return policy.getRetryHostPredicateList().stream()
                .anyMatch(each -> Anys.is(each.getTypedConfig(), PreviousHostsPredicate.class));
    }

    /// Envoy knows one such extension of its own.
    private static int priorityUpdates(RetryPolicy policy, ConfigPlace at) {
        if (!policy.hasRetryPriority()) {
            return 0;
        }
        Any config = policy.getRetryPriority().getTypedConfig();
        ConfigPlace place = at.field("retry_priority").field("typed_config");
        if (!Anys.is(config, PreviousPrioritiesConfig.class)) {
            place.refuse("'" + config.getTypeUrl() + "' is no retry priority of this proxy");
            return 0;
        }
        try {
            int frequency =
                    Anys.unpack(config, PreviousPrioritiesConfig.class).getUpdateFrequency();
            if (frequency <= 0) {
                place.field("update_frequency").refuse("must be above 0");
            }
            return Math.max(0, frequency);
        } catch (InvalidProtocolBufferException e) {
            place.refuse("cannot be read: " + e.getMessage());
            return 0;
        }
    }

    private static @Nullable ResetBackoff resets(RetryPolicy policy, ConfigPlace at) {
        if (!policy.hasRateLimitedRetryBackOff()) {
            return null;
        }
        RetryPolicy.RateLimitedRetryBackOff config = policy.getRateLimitedRetryBackOff();
        ConfigPlace place = at.field("rate_limited_retry_back_off");
        if (config.getResetHeadersCount() == 0) {
            place.field("reset_headers").refuse("must have at least one header");
        }
        List<ResetBackoff.ResetHeader> headers = new ArrayList<>();
        for (int i = 0; i < config.getResetHeadersCount(); i++) {
            RetryPolicy.ResetHeader header = config.getResetHeaders(i);
            headers.add(
                    new ResetBackoff.ResetHeader(
                            HeaderMatchCompiler.name(
                                    header.getName(),
                                    place.element("reset_headers", i).field("name")),
                            header.getFormat() == RetryPolicy.ResetHeaderFormat.UNIX_TIMESTAMP));
        }
        return new ResetBackoff(
                headers,
                config.hasMaxInterval()
                        ? Values.nanos(config.getMaxInterval(), place.field("max_interval"))
                        : ResetBackoff.DEFAULT_MAX_NANOS);
    }
}
