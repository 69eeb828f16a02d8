package io.meltemi.proxy.config.route;

import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.HeaderMatchCompiler;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.decide.retry.RetryOn;
import io.meltemi.proxy.decide.retry.StatusCodes;
import java.util.ArrayList;
import java.util.List;

/// Compiles a `RetryPolicy`. Immutable: pure functions.
public final class RetryPolicyCompiler {
    private static final String PREVIOUS_HOSTS =
            "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3"
                    + ".PreviousHostsPredicate";
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
                avoidsPreviousHosts(policy, at),
                Math.clamp(policy.getHostSelectionRetryMaxAttempts(), 1, 1000));
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

    private static boolean avoidsPreviousHosts(RetryPolicy policy, ConfigPlace at) {
        boolean avoids = false;
        for (int i = 0; i < policy.getRetryHostPredicateCount(); i++) {
            RetryPolicy.RetryHostPredicate predicate = policy.getRetryHostPredicate(i);
            String type = predicate.getTypedConfig().getTypeUrl();
            if (type.equals(PREVIOUS_HOSTS)) {
                avoids = true;
            } else {
                at.element("retry_host_predicate", i)
                        .refuse("'" + type + "' is not supported; only previous_hosts is");
            }
        }
        return avoids;
    }
}
