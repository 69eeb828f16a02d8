package io.meltemi.proxy.observe.accesslog;

import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.nio.charset.StandardCharsets;

/// How the body of an answer of the proxy's own is written: an access log's format, and its filters
/// decide which answers it is for. Immutable.
public final class ReplyFormat {
    private final LineFormat format;
    private final boolean json;
    private final String contentType;

    private ReplyFormat(LineFormat format, boolean json, String contentType) {
        this.json = json;
        this.format = format;
        this.contentType = contentType;
    }

    static ReplyFormat compile(SubstitutionFormatString proto, FormatCompiler formats) {
        String type = proto.getContentType();
        if (type.isEmpty()) {
            type = proto.hasJsonFormat() ? "application/json" : "text/plain";
        }
        return new ReplyFormat(formats.compile(proto), proto.hasJsonFormat(), type);
    }

    /// The new body.
    ///
    /// @param body `%LOCAL_REPLY_BODY%`
    /// @param isMessage whether it becomes a gRPC message: then without the end of JSON's line
    public String write(ExchangeRecord record, String body, boolean isMessage) {
        LogBuffer out = new LogBuffer();
        record.localReplyBody = body;
        format.write(record, out);
        record.localReplyBody = null;
        int size = json && isMessage ? out.size() - 1 : out.size();
        return new String(out.array(), 0, size, StandardCharsets.UTF_8);
    }

    public String contentType() {
        return contentType;
    }
}
