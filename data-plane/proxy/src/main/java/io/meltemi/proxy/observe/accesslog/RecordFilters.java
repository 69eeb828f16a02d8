package io.meltemi.proxy.observe.accesslog;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ComparisonFilter;
import io.envoyproxy.envoy.config.accesslog.v3.GrpcStatusFilter;
import io.envoyproxy.envoy.config.accesslog.v3.LogTypeFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ResponseFlagFilter;
import io.envoyproxy.envoy.config.accesslog.v3.RuntimeFilter;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.LogType;
import io.meltemi.proxy.observe.ResponseFlags;
import io.meltemi.proxy.runtime.RuntimeKeys;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongPredicate;

/// Compiles `envoy.config.accesslog.v3.AccessLogFilter`. Immutable.
final class RecordFilters {
    private RecordFilters() {}

    /// @param keys what overrides the numbers of the configuration while serving
    /// @throws IllegalArgumentException naming the field that is not supported
    static RecordFilter compile(AccessLogFilter filter, RuntimeKeys keys) {
        return switch (filter.getFilterSpecifierCase()) {
            case FILTERSPECIFIER_NOT_SET -> RecordFilter.ALL;
            case STATUS_CODE_FILTER ->
                    statusCode(filter.getStatusCodeFilter().getComparison(), keys);
            case DURATION_FILTER -> duration(filter.getDurationFilter().getComparison(), keys);
            case NOT_HEALTH_CHECK_FILTER -> record -> !record.isHealthCheck;
            case TRACEABLE_FILTER -> record -> record.trace.isSampled();
            case RUNTIME_FILTER -> runtime(filter.getRuntimeFilter(), keys);
            case AND_FILTER -> allOf(compileAll(filter.getAndFilter().getFiltersList(), keys));
            case OR_FILTER -> anyOf(compileAll(filter.getOrFilter().getFiltersList(), keys));
            case HEADER_FILTER -> HeaderFilter.compile(filter.getHeaderFilter().getHeader());
            case RESPONSE_FLAG_FILTER -> responseFlag(filter.getResponseFlagFilter());
            case GRPC_STATUS_FILTER -> grpcStatus(filter.getGrpcStatusFilter());
            case LOG_TYPE_FILTER -> logType(filter.getLogTypeFilter());
            case METADATA_FILTER -> MetadataFilter.compile(filter.getMetadataFilter());
            case EXTENSION_FILTER ->
                    throw new IllegalArgumentException(
                            "access_log.filter: "
                                    + filter.getFilterSpecifierCase()
                                    + " is not supported");
        };
    }

    private static RecordFilter[] compileAll(List<AccessLogFilter> filters, RuntimeKeys keys) {
        return filters.stream().map(filter -> compile(filter, keys)).toArray(RecordFilter[]::new);
    }

    private static RecordFilter allOf(RecordFilter[] filters) {
        return record -> {
            for (RecordFilter filter : filters) {
                if (!filter.admits(record)) {
                    return false;
                }
            }
            return true;
        };
    }

    private static RecordFilter anyOf(RecordFilter[] filters) {
        return record -> {
            for (RecordFilter filter : filters) {
                if (filter.admits(record)) {
                    return true;
                }
            }
            return false;
        };
    }

    /// Envoy compares a request without any response as code 0.
    private static RecordFilter statusCode(ComparisonFilter comparison, RuntimeKeys keys) {
        LongPredicate holds = comparison(comparison, keys);
        return record -> holds.test(record.responseCode);
    }

    private static RecordFilter duration(ComparisonFilter comparison, RuntimeKeys keys) {
        LongPredicate holds = comparison(comparison, keys);
        return record ->
                record.endNanos != ExchangeRecord.NEVER
                        && holds.test(Operators.millis(record.endNanos));
    }

    private static LongPredicate comparison(ComparisonFilter comparison, RuntimeKeys keys) {
        long usual = Integer.toUnsignedLong(comparison.getValue().getDefaultValue());
        String key = comparison.getValue().getRuntimeKey();
        return switch (comparison.getOp()) {
            case EQ -> value -> value == keys.number(key, usual);
            case GE -> value -> value >= keys.number(key, usual);
            case LE -> value -> value <= keys.number(key, usual);
            case UNRECOGNIZED ->
                    throw new IllegalArgumentException(
                            "access_log.filter: comparison operator "
                                    + comparison.getOpValue()
                                    + " is not known");
        };
    }

    private static RecordFilter runtime(RuntimeFilter filter, RuntimeKeys keys) {
        FractionalPercent percent = filter.getPercentSampled();
        String key = filter.getRuntimeKey();
        int denominator =
                switch (percent.getDenominator()) {
                    case HUNDRED -> 100;
                    case TEN_THOUSAND -> 10_000;
                    case MILLION -> 1_000_000;
                    case UNRECOGNIZED ->
                            throw new IllegalArgumentException(
                                    "access_log.filter.runtime_filter: denominator "
                                            + percent.getDenominatorValue()
                                            + " is not known");
                };
        int numerator = percent.getNumerator();
        return _ -> keys.draws(key, numerator, denominator, ThreadLocalRandom.current().nextLong());
    }

    /// No flags listed means any flag.
    private static RecordFilter responseFlag(ResponseFlagFilter filter) {
        if (filter.getFlagsCount() == 0) {
            return record -> record.responseFlags != 0;
        }
        long wanted = 0;
        for (String code : filter.getFlagsList()) {
            for (ResponseFlag flag : ResponseFlag.values()) {
                if (flag.code().equals(code)) {
                    wanted |= ResponseFlags.bit(flag);
                }
            }
        }
        // flags of parts that do not exist here can never be set: nothing to refuse
        long mask = wanted;
        return record -> (record.responseFlags & mask) != 0;
    }

    private static RecordFilter grpcStatus(GrpcStatusFilter filter) {
        List<Integer> wanted = filter.getStatusesValueList();
        boolean[] listed = new boolean[17];
        for (int status : wanted) {
            if (status < 0 || status >= listed.length) {
                throw new IllegalArgumentException(
                        "access_log.filter.grpc_status_filter: status "
                                + status
                                + " is not between 0 and 16");
            }
            listed[status] = true;
        }
        boolean exclude = filter.getExclude();
        return record -> {
            long status = GrpcStatusValue.forFilter(record);
            boolean hit = status >= 0 && status < listed.length && listed[(int) status];
            return hit != exclude;
        };
    }

    private static RecordFilter logType(LogTypeFilter filter) {
        Set<LogType> admitted = EnumSet.noneOf(LogType.class);
        for (LogType type : LogType.values()) {
            boolean listed =
                    filter.getTypesList().stream()
                            .anyMatch(each -> each.name().equals(type.envoyName()));
            if (listed != filter.getExclude()) {
                admitted.add(type);
            }
        }
        return record -> admitted.contains(record.logType());
    }
}
