package io.meltemi.mixer.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads OTLP's JSON, which is protobuf's but for the ids of traces and spans: those are
/// hexadecimal, not base64 (OTLP §JSON Protobuf Encoding).
final class OtlpJson {
    private static final Pattern ID =
            Pattern.compile(
                    "(\"(?:traceId|spanId|parentSpanId)\"\\s*:\\s*\")([0-9a-fA-F]{16}|[0-9a-fA-F]{32})\"");

    private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

    private OtlpJson() {}

    static void merge(String json, Message.Builder into) throws InvalidProtocolBufferException {
        Matcher ids = ID.matcher(json);
        String protobufJson =
                ids.replaceAll(m ->
                        Matcher.quoteReplacement(m.group(1))
                                + Base64.getEncoder()
                                        .encodeToString(HexFormat.of().parseHex(m.group(2)))
                                + "\"");
        PARSER.merge(protobufJson, into);
    }
}
