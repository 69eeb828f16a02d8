package io.meltemi.proxy.observe.accesslog;

import static io.meltemi.proxy.observe.ExchangeRecord.NEVER;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The command operators with an argument. Immutable.
final class ArgumentOperators {
    private ArgumentOperators() {}

    /// @throws IllegalArgumentException when there is no such operator or its argument is wrong
    static Value create(String name, @Nullable String argument) {
        return switch (name) {
            case "START_TIME" -> time(argument, r -> r.startEpochNanos);
            case "EMIT_TIME" -> time(argument, ArgumentOperators::end);
            case "START_TIME_LOCAL" -> localTime(argument, r -> r.startEpochNanos);
            case "EMIT_TIME_LOCAL" -> localTime(argument, ArgumentOperators::end);
            case "REQUESTED_SERVER_NAME" -> ServerNameOperator.create(argument);
            case "FILTER_STATE", "UPSTREAM_FILTER_STATE" ->
                    FilterStateOperator.create(name, argument);
            case "REQ", "REQUEST_HEADER" -> header(name, argument, r -> r.requestHeaders);
            case "RESP", "RESPONSE_HEADER" -> header(name, argument, r -> r.responseHeaders);
            case "TRAILER", "RESPONSE_TRAILER" -> header(name, argument, r -> r.responseTrailers);
            case "DYNAMIC_METADATA" -> dynamic(path(name, argument));
            case "CLUSTER_METADATA" -> fixed(path(name, argument), r -> r.clusterMetadata);
            case "METADATA" -> metadata(path(name, argument));
            case "UPSTREAM_METADATA" -> upstreamHost(path(name, argument));
            case "PATH" -> RequestOperators.path(argument);
            case "QUERY_PARAM" -> RequestOperators.queryParameter(needed(name, argument));
            case "ENVIRONMENT" -> RequestOperators.environment(needed(name, argument));
            case "RESPONSE_CODE_DETAILS" -> details(argument);
            case "COMMON_DURATION" -> duration(needed(name, argument));
            case "GRPC_STATUS" -> GrpcStatusValue.text(argument);
            case "GRPC_STATUS_NUMBER" -> GrpcStatusValue.number();
            default -> {
                Value validity = CertificateOperators.validity(name, argument);
                if (validity == null) {
                    throw new IllegalArgumentException(
                            "%" + name + "% is no command operator known here");
                }
                yield validity;
            }
        };
    }

    private static long end(ExchangeRecord record) {
        return record.startEpochNanos + Math.max(0, record.endNanos);
    }

    static String needed(String name, @Nullable String argument) {
        if (argument == null || argument.isEmpty()) {
            throw new IllegalArgumentException("%" + name + "% needs an argument in brackets");
        }
        return argument;
    }

    private static Value time(@Nullable String pattern, ToLongFunction<ExchangeRecord> nanos) {
        TimeFormat format = TimeFormat.parse(pattern == null ? "" : pattern);
        return (record, out) -> {
            format.write(nanos.applyAsLong(record), out);
            return true;
        };
    }

    private static Value localTime(@Nullable String pattern, ToLongFunction<ExchangeRecord> nanos) {
        TimeFormat format = TimeFormat.parseLocal(pattern == null ? "" : pattern);
        ZoneId zone = ZoneId.systemDefault();
        return (record, out) -> {
            long epoch = nanos.applyAsLong(record);
            long seconds = Math.floorDiv(epoch, 1_000_000_000L);
            long offset =
                    zone.getRules().getOffset(Instant.ofEpochSecond(seconds)).getTotalSeconds();
            format.write(epoch + offset * 1_000_000_000L, out);
            return true;
        };
    }

    private static Value header(
            String name,
            @Nullable String argument,
            Function<ExchangeRecord, @Nullable HeaderMap> headers) {
        String[] names = needed(name, argument).toLowerCase(Locale.ROOT).split("\\?", -1);
        if (names.length > 2 || names[0].isEmpty()) {
            throw new IllegalArgumentException(
                    "%"
                            + name
                            + "("
                            + argument
                            + ")%: one header name and at most one alternative"
                            + " after ? are allowed");
        }
        String main = names[0].intern();
        String alternative = names.length == 2 ? names[1].intern() : main;
        return (record, out) -> {
            HeaderMap map = headers.apply(record);
            String value = map == null ? null : map.get(main);
            if (value == null && map != null) {
                value = map.get(alternative);
            }
            if (value == null) {
                return false;
            }
            out.header(value);
            return true;
        };
    }

    static Value withoutQuery(String argument) {
        String[] names = argument.toLowerCase(Locale.ROOT).split("\\?", -1);
        return (record, out) -> {
            HeaderMap map = record.requestHeaders;
            String value = map == null ? null : map.get(names[0]);
            if (value == null && map != null && names.length > 1) {
                value = map.get(names[1]);
            }
            if (value == null) {
                return false;
            }
            int query = value.indexOf('?');
            // a substring: the one place that makes garbage, and only where someone asks for it
            out.header(query < 0 ? value : value.substring(0, query));
            return true;
        };
    }

    private static List<String> path(String name, @Nullable String argument) {
        List<String> path = new ArrayList<>(Arrays.asList(needed(name, argument).split(":", -1)));
        if (path.contains("")) {
            throw new IllegalArgumentException(
                    "%" + name + "(" + argument + ")%: an empty name stands between colons");
        }
        return path;
    }

    private static Value metadata(List<String> path) {
        String type = path.removeFirst();
        if (path.isEmpty()) {
            throw new IllegalArgumentException("%METADATA(" + type + ")% needs a namespace");
        }
        return switch (type) {
            case "DYNAMIC" -> dynamic(path);
            case "CLUSTER" -> fixed(path, r -> r.clusterMetadata);
            case "ROUTE" -> route(path);
            case "UPSTREAM_HOST" -> upstreamHost(path);
            default ->
                    throw new IllegalArgumentException(
                            "%METADATA("
                                    + type
                                    + ":...)%: DYNAMIC, CLUSTER, ROUTE or UPSTREAM_HOST is"
                                    + " expected");
        };
    }

    private static Value dynamic(List<String> path) {
        return new MetadataValue(path, (record, name) -> record.dynamicMetadata.get(name));
    }

    private static Value route(List<String> path) {
        return new MetadataValue(
                path,
                (record, name) -> {
                    Map<String, Object> known = record.routeMetadata;
                    return known == null ? null : known.get(name);
                });
    }

    private static Value upstreamHost(List<String> path) {
        return new MetadataValue(
                path,
                (record, name) -> {
                    Map<String, Struct> known = record.upstreamMetadata;
                    return known == null ? null : known.get(name);
                });
    }

    /// The details a control plane may set hold spaces, which end a word of a text format. Envoy:
    /// another option means nothing.
    private static Value details(@Nullable String argument) {
        boolean keeps = "ALLOW_WHITESPACES".equals(argument);
        return Operators.text(record -> {
            String details = record.responseCodeDetails;
            return details == null || keeps || details.indexOf(' ') < 0
                    ? details
                    : details.replace(' ', '_');
        });
    }

    private static Value fixed(
            List<String> path, Function<ExchangeRecord, @Nullable Metadata> metadata) {
        return new MetadataValue(
                path,
                (record, name) -> {
                    Metadata known = metadata.apply(record);
                    return known == null ? null : known.getFilterMetadataMap().get(name);
                });
    }

    /// `%COMMON_DURATION(DS_RX_BEG:US_TX_BEG:us)%`.
    private static Value duration(String argument) {
        String[] parts = argument.split(":", -1);
        if (parts.length < 2 || parts.length > 3) {
            throw new IllegalArgumentException(
                    "%COMMON_DURATION("
                            + argument
                            + ")%: START:END or START:END:PRECISION is expected");
        }
        ToLongFunction<ExchangeRecord> start = moment(parts[0]);
        ToLongFunction<ExchangeRecord> end = moment(parts[1]);
        long unit =
                switch (parts.length == 3 ? parts[2] : "ms") {
                    case "ns" -> 1;
                    case "us" -> 1_000;
                    case "ms" -> 1_000_000;
                    default ->
                            throw new IllegalArgumentException(
                                    "%COMMON_DURATION%: precision "
                                            + parts[2]
                                            + " is not ms, us or ns");
                };
        return new NumberValue(record -> {
            long from = start.applyAsLong(record);
            long to = end.applyAsLong(record);
            return from == NEVER || to == NEVER || to < from ? NEVER : (to - from) / unit;
        });
    }

    private static ToLongFunction<ExchangeRecord> moment(String name) {
        return switch (name) {
            case "DS_RX_BEG" -> _ -> 0;
            case "DS_RX_END" -> r -> r.requestReceivedNanos;
            case "US_TX_BEG" -> r -> r.upstreamFirstSentNanos;
            case "US_TX_END" -> r -> r.upstreamLastSentNanos;
            case "US_RX_BEG" -> r -> r.upstreamFirstReceivedNanos;
            case "US_RX_END" -> r -> r.upstreamLastReceivedNanos;
            case "DS_TX_BEG" -> r -> r.downstreamFirstSentNanos;
            case "DS_TX_END" -> r -> r.downstreamLastSentNanos;
            case "US_CX_BEG", "US_CX_END", "US_HS_END" ->
                    throw new IllegalArgumentException(
                            "%COMMON_DURATION%: the moment " + name + " is not supported yet");
            // Envoy: a moment that a filter may note under this name; none here does.
            default -> _ -> NEVER;
        };
    }
}
