package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.accesslog.ReplyFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Envoy's `local_reply_config`: what becomes of the proxy's own answers before they are sent.
/// Immutable.
///
/// @param mappers the first whose filter admits an answer applies
/// @param format of all bodies but those of a mapper with its own; null: as they are
public record LocalReplyRules(List<Mapper> mappers, @Nullable ReplyFormat format) {
    /// @param status instead of the answer's; 0 keeps it
    /// @param body instead of the answer's; null keeps it
    /// @param format null: that of all
    public record Mapper(
            Predicate<ExchangeRecord> filter,
            int status,
            @Nullable String body,
            @Nullable ReplyFormat format,
            HeaderMutations headers) {}

    public LocalReplyRules {
        mappers = List.copyOf(mappers);
    }

    /// The answer as it is to be sent; the record gets its status.
    LocalReply apply(LocalReply reply, ExchangeRecord record, RequestFacts facts, boolean grpc) {
        Mapper mapper = mapper(record);
        if (mapper == null) {
            return formatted(reply, format, record, grpc);
        }
        LocalReply mapped =
                new LocalReply(
                        mapper.status == 0 ? reply.status() : mapper.status,
                        mapper.body == null ? reply.body() : mapper.body,
                        reply.flag(),
                        reply.details(),
                        headers(reply, mapper, facts));
        record.responseCode = mapped.status();
        return formatted(mapped, mapper.format == null ? format : mapper.format, record, grpc);
    }

    private @Nullable Mapper mapper(ExchangeRecord record) {
        for (int i = 0; i < mappers.size(); i++) {
            if (mappers.get(i).filter.test(record)) {
                return mappers.get(i);
            }
        }
        return null;
    }

    /// Envoy: values are made before the status is replaced.
    private static Map<String, String> headers(
            LocalReply reply, Mapper mapper, RequestFacts facts) {
        HeaderMap headers = new HeaderMap();
        reply.headers().forEach(headers::set);
        mapper.headers.apply(headers, facts, headers);
        Map<String, String> result = new HashMap<>();
        for (int i = 0; i < headers.size(); i++) {
            result.merge(headers.name(i), headers.value(i), (a, b) -> a + "," + b);
        }
        return result;
    }

    private static LocalReply formatted(
            LocalReply reply, @Nullable ReplyFormat format, ExchangeRecord record, boolean grpc) {
        if (format == null) {
            return reply;
        }
        Map<String, String> headers = new HashMap<>(reply.headers());
        headers.put(HeaderNames.CONTENT_TYPE, format.contentType());
        return new LocalReply(
                reply.status(),
                format.write(record, reply.body(), grpc),
                reply.flag(),
                reply.details(),
                headers);
    }
}
