package io.meltemi.proxy.config;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.meltemi.proxy.cluster.OutlierSettings;
import io.meltemi.proxy.cluster.OutlierSettings.Kind;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.Values;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compiles `outlier_detection`. Immutable: pure functions.
final class OutlierCompiler {
    private static final long SECOND = 1_000_000_000L;

    private OutlierCompiler() {}

    static void addFields(SupportedFields.Builder fields) {
        fields.supports(
                OutlierDetection.getDescriptor(),
                "consecutive_5xx interval base_ejection_time max_ejection_percent"
                        + " enforcing_consecutive_5xx enforcing_success_rate"
                        + " success_rate_minimum_hosts success_rate_request_volume"
                        + " success_rate_stdev_factor consecutive_gateway_failure"
                        + " enforcing_consecutive_gateway_failure"
                        + " split_external_local_origin_errors"
                        + " consecutive_local_origin_failure"
                        + " enforcing_consecutive_local_origin_failure"
                        + " enforcing_local_origin_success_rate"
                        + " failure_percentage_threshold enforcing_failure_percentage"
                        + " enforcing_failure_percentage_local_origin"
                        + " failure_percentage_minimum_hosts"
                        + " failure_percentage_request_volume max_ejection_time"
                        + " max_ejection_time_jitter always_eject_one_host"
                        + " successful_active_health_check_uneject_host");
    }

    static @Nullable OutlierSettings compile(Cluster cluster, ConfigPlace at) {
        if (!cluster.hasOutlierDetection()) {
            return null;
        }
        OutlierDetection o = cluster.getOutlierDetection();
        if (o.hasMaxEjectionTime()
                && Durations.nanos(o.getMaxEjectionTime())
                        < (o.hasBaseEjectionTime()
                                ? Durations.nanos(o.getBaseEjectionTime())
                                : 30 * SECOND)) {
            at.field("max_ejection_time").refuse("is less than base_ejection_time");
        }
        return new OutlierSettings(
                number(o.hasConsecutive5Xx(), o.getConsecutive5Xx(), 5),
                number(o.hasConsecutiveGatewayFailure(), o.getConsecutiveGatewayFailure(), 5),
                number(
                        o.hasConsecutiveLocalOriginFailure(),
                        o.getConsecutiveLocalOriginFailure(),
                        5),
                o.getSplitExternalLocalOriginErrors(),
                o.hasInterval() ? Values.nanos(o.getInterval(), at.field("interval")) : 10 * SECOND,
                o.hasBaseEjectionTime()
                        ? Values.nanos(o.getBaseEjectionTime(), at.field("base_ejection_time"))
                        : 30 * SECOND,
                o.hasMaxEjectionTime()
                        ? Values.nanos(o.getMaxEjectionTime(), at.field("max_ejection_time"))
                        : 300 * SECOND,
                Values.nanos(o.getMaxEjectionTimeJitter(), at.field("max_ejection_time_jitter")),
                number(o.hasMaxEjectionPercent(), o.getMaxEjectionPercent(), 10),
                o.getAlwaysEjectOneHost().getValue(),
                !o.hasSuccessfulActiveHealthCheckUnejectHost()
                        || o.getSuccessfulActiveHealthCheckUnejectHost().getValue(),
                new OutlierSettings.SuccessRate(
                        number(o.hasSuccessRateMinimumHosts(), o.getSuccessRateMinimumHosts(), 5),
                        number(
                                o.hasSuccessRateRequestVolume(),
                                o.getSuccessRateRequestVolume(),
                                100),
                        number(o.hasSuccessRateStdevFactor(), o.getSuccessRateStdevFactor(), 1900)
                                / 1000.0),
                new OutlierSettings.FailurePercentage(
                        number(
                                o.hasFailurePercentageMinimumHosts(),
                                o.getFailurePercentageMinimumHosts(),
                                5),
                        number(
                                o.hasFailurePercentageRequestVolume(),
                                o.getFailurePercentageRequestVolume(),
                                50),
                        number(
                                o.hasFailurePercentageThreshold(),
                                o.getFailurePercentageThreshold(),
                                85)),
                enforcing(o));
    }

    private static Map<Kind, Integer> enforcing(OutlierDetection o) {
        Map<Kind, Integer> enforcing = new EnumMap<>(Kind.class);
        enforcing.put(
                Kind.CONSECUTIVE_5XX,
                number(o.hasEnforcingConsecutive5Xx(), o.getEnforcingConsecutive5Xx(), 100));
        enforcing.put(
                Kind.CONSECUTIVE_GATEWAY_FAILURE,
                number(
                        o.hasEnforcingConsecutiveGatewayFailure(),
                        o.getEnforcingConsecutiveGatewayFailure(),
                        0));
        enforcing.put(
                Kind.CONSECUTIVE_LOCAL_ORIGIN_FAILURE,
                number(
                        o.hasEnforcingConsecutiveLocalOriginFailure(),
                        o.getEnforcingConsecutiveLocalOriginFailure(),
                        100));
        enforcing.put(
                Kind.SUCCESS_RATE,
                number(o.hasEnforcingSuccessRate(), o.getEnforcingSuccessRate(), 100));
        enforcing.put(
                Kind.LOCAL_ORIGIN_SUCCESS_RATE,
                number(
                        o.hasEnforcingLocalOriginSuccessRate(),
                        o.getEnforcingLocalOriginSuccessRate(),
                        100));
        enforcing.put(
                Kind.FAILURE_PERCENTAGE,
                number(o.hasEnforcingFailurePercentage(), o.getEnforcingFailurePercentage(), 0));
        enforcing.put(
                Kind.LOCAL_ORIGIN_FAILURE_PERCENTAGE,
                number(
                        o.hasEnforcingFailurePercentageLocalOrigin(),
                        o.getEnforcingFailurePercentageLocalOrigin(),
                        0));
        return enforcing;
    }

    private static int number(boolean isSet, UInt32Value value, int usual) {
        return isSet ? value.getValue() : usual;
    }
}
