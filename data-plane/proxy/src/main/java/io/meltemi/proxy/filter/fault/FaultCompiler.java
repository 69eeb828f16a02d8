package io.meltemi.proxy.filter.fault;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.HeaderMatchCompiler;
import io.meltemi.proxy.config.match.MatchFields;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.fault.FaultRules.Live;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.runtime.RuntimeKeys;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.fault`. Immutable: pure functions.
public final class FaultCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(MatchFields.FIELDS)
                    .supports(
                            HTTPFault.getDescriptor(),
                            "delay abort upstream_cluster headers downstream_nodes"
                                    + " max_active_faults delay_percent_runtime"
                                    + " abort_percent_runtime delay_duration_runtime"
                                    + " abort_http_status_runtime max_active_faults_runtime"
                                    + " response_rate_limit"
                                    + " response_rate_limit_percent_runtime")
                    // Cannot be asked for here.
                    .ignores(
                            HTTPFault.getDescriptor(),
                            "abort_grpc_status_runtime disable_downstream_cluster_stats")
                    .supports(FaultDelay.getDescriptor(), "fixed_delay header_delay percentage")
                    .supports(FaultRateLimit.getDescriptor(), "fixed_limit header_limit percentage")
                    .supports(FaultRateLimit.FixedLimit.getDescriptor(), "limit_kbps")
                    .supports(
                            FaultAbort.getDescriptor(),
                            "http_status grpc_status header_abort percentage")
                    .build();

    private FaultCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        FaultRules rules = rules(config, at, context);
        return rules == null
                ? null
                : new FaultFilter(name, rules, context.random(), context.stats());
    }

    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        return rules(config, at, context);
    }

    private static @Nullable FaultRules rules(Any config, ConfigPlace at, FilterContext context) {
        HTTPFault fault = TypedConfig.open(config, HTTPFault.getDefaultInstance(), FIELDS, at);
        if (fault == null) {
            return null;
        }
        RuntimeKeys keys = context.runtime();
        Live live =
                new Live(
                        keys,
                        key(fault.getDelayDurationRuntime(), "delay.fixed_duration_ms"),
                        key(fault.getAbortHttpStatusRuntime(), "abort.http_status"),
                        key(fault.getMaxActiveFaultsRuntime(), "max_active_faults"));
        return new FaultRules(
                fault.hasDelay()
                        ? delay(
                                fault.getDelay(),
                                key(fault.getDelayPercentRuntime(), "delay.fixed_delay_percent"),
                                keys,
                                at.field("delay"))
                        : null,
                fault.hasAbort()
                        ? abort(
                                fault.getAbort(),
                                key(fault.getAbortPercentRuntime(), "abort.abort_percent"),
                                keys,
                                at.field("abort"))
                        : null,
                fault.getUpstreamCluster(),
                fault.getDownstreamNodesList(),
                HeaderMatchCompiler.compileAll(fault.getHeadersList(), at, "headers"),
                fault.hasMaxActiveFaults()
                        ? Integer.toUnsignedLong(fault.getMaxActiveFaults().getValue())
                        : -1,
                live,
                fault.hasResponseRateLimit()
                        ? rate(
                                fault.getResponseRateLimit(),
                                key(
                                        fault.getResponseRateLimitPercentRuntime(),
                                        "rate_limit.response_percent"),
                                keys,
                                at.field("response_rate_limit"))
                        : null);
    }

    private static FaultRules.RateLimit rate(
            FaultRateLimit limit, String key, RuntimeKeys keys, ConfigPlace at) {
        long kibibytes = -1;
        switch (limit.getLimitTypeCase()) {
            case FIXED_LIMIT -> {
                // Beyond any network: unsigned numbers that long are none.
                kibibytes = limit.getFixedLimit().getLimitKbps() & (Long.MAX_VALUE >> 11);
                if (kibibytes == 0) {
                    at.field("fixed_limit").field("limit_kbps").refuse("must be above 0");
                }
            }
            case HEADER_LIMIT -> {}
            case LIMITTYPE_NOT_SET -> at.refuse("must have fixed_limit or header_limit");
        }
        return new FaultRules.RateLimit(kibibytes, share(limit.getPercentage(), key, keys, at));
    }

    private static String key(String configured, String usual) {
        return configured.isEmpty() ? "fault.http." + usual : configured;
    }

    private static Fraction share(
            FractionalPercent percent, String key, RuntimeKeys keys, ConfigPlace at) {
        Fraction usual = Values.fraction(percent, at.field("percentage"));
        return new Fraction(usual.numerator(), usual.denominator(), key, keys);
    }

    private static FaultRules.Delay delay(
            FaultDelay delay, String key, RuntimeKeys keys, ConfigPlace at) {
        long nanos = -1;
        switch (delay.getFaultDelaySecifierCase()) {
            case FIXED_DELAY -> {
                nanos = Values.nanos(delay.getFixedDelay(), at.field("fixed_delay"));
                if (nanos == 0) {
                    at.field("fixed_delay").refuse("must be above 0");
                }
            }
            case HEADER_DELAY -> {}
            case FAULTDELAYSECIFIER_NOT_SET -> at.refuse("must have fixed_delay or header_delay");
        }
        return new FaultRules.Delay(nanos, share(delay.getPercentage(), key, keys, at));
    }

    private static FaultRules.Abort abort(
            FaultAbort abort, String key, RuntimeKeys keys, ConfigPlace at) {
        int status = 0;
        LocalReply grpc = null;
        switch (abort.getErrorTypeCase()) {
            case HTTP_STATUS -> {
                status = abort.getHttpStatus();
                if (status < 200 || status > 599) {
                    at.field("http_status").refuse(status + " is no status of 200 to 599");
                }
            }
            case HEADER_ABORT -> {}
            case GRPC_STATUS -> grpc = FaultFilter.grpcReply(abort.getGrpcStatus());
            case ERRORTYPE_NOT_SET ->
                    at.refuse("must have http_status, grpc_status or header_abort");
        }
        return new FaultRules.Abort(
                status == 0 ? grpc : FaultFilter.reply(status),
                share(abort.getPercentage(), key, keys, at));
    }
}
