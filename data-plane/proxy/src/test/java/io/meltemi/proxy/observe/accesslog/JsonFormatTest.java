package io.meltemi.proxy.observe.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.Exchanges;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// JSON lines; the first two are Envoy 1.40's for the same format and exchange.
final class JsonFormatTest {
    private static final String FORMAT =
            """
            {"zeta": "%RESPONSE_CODE%", "alpha": "%REQ(X-A)%", "mixed": "a %RESPONSE_CODE% b",
             "dur": "%DURATION%", "up": "%RESPONSE_HEADER%", "lit": "plain", "num": 5,
             "nest": {"b": "%PROTOCOL%", "a": ["%BYTES_SENT%", "%ROUTE_NAME%", true]},
             "md": "%DYNAMIC_METADATA(x)%", "nul": null, "start": "%START_TIME%",
             "bytes": "%BYTES_RECEIVED%", "rd": "%RESPONSE_DURATION%", "flags": "%RESPONSE_FLAGS%"}
            """
                    .replace("%RESPONSE_HEADER%", "%RESP(X-UP)%");

    @Test
    void valuesKeepTheirTypeAndKeysAreSorted() throws Exception {
        assertThat(print(FORMAT, false, Exchanges.answered()))
                .isEqualTo(
                        "{\"alpha\":null,\"bytes\":0,\"dur\":1,\"flags\":\"-\",\"lit\":\"plain\","
                                + "\"md\":null,\"mixed\":\"a 200 b\",\"nest\":{\"a\":[6,null,true],"
                                + "\"b\":\"HTTP/1.1\"},\"nul\":null,\"num\":5,\"rd\":1,"
                                + "\"start\":\"2026-11-24T02:30:03.902Z\","
                                + "\"up\":\"a\\\"b\\\\c\",\"zeta\":200}\n");
    }

    @Test
    void emptyValuesAreOmittedWithTheirKeysAndObjects() throws Exception {
        String format =
                """
                {"zeta": "%RESPONSE_CODE%", "alpha": "%REQ(X-A)%", "mix": "x %REQ(X-A)% y",
                 "nest": {"b": "%REQ(X-A)%", "c": {"d": "%ROUTE_NAME%"}},
                 "list": ["%REQ(X-A)%", 1], "md": "%DYNAMIC_METADATA(x)%"}
                """;

        assertThat(print(format, true, Exchanges.answered()))
                .isEqualTo("{\"list\":[1],\"mix\":\"x  y\",\"zeta\":200}\n");
        assertThat(print(format, true, Exchanges.direct()))
                .isEqualTo(
                        "{\"list\":[1],\"mix\":\"x  y\",\"nest\":{\"c\":{\"d\":\"dr\"}},"
                                + "\"zeta\":403}\n");
    }

    @Test
    void whatAClientSendsCannotBreakTheLine() throws Exception {
        ExchangeRecord record = Exchanges.answered();
        HeaderMap request = new HeaderMap();
        request.add("x-a", "\"},{\u0001\n\t\\");
        request.add("x-b", "\u00e9");
        request.add("x-c", "\u00c3\u00a9");
        record.requestHeaders = request;

        assertThat(
                        print(
                                """
                                {"a":"%REQ(X-A)%","b":"%REQ(X-B)%","c":"<%REQ(X-C)%>","\\"q":"\\"%%"}
                                """,
                                false, record))
                .isEqualTo(
                        "{\"\\\"q\":\"\\\"%\",\"a\":\"\\\"},{\\u0001\\n\\t\\\\\","
                                + "\"b\":\"\\u00e9\",\"c\":\"<é>\"}\n");
    }

    @Test
    void metadataStaysJson() throws Exception {
        ExchangeRecord record = Exchanges.answered();
        record.dynamicMetadata = _ -> Map.of("n", 1, "t", "x", "l", List.of(true));

        assertThat(
                        print(
                                "{\"m\":\"%DYNAMIC_METADATA(x)%\",\"s\":\"v %DYNAMIC_METADATA(x)%\"}",
                                false, record))
                .isEqualTo(
                        "{\"m\":{\"l\":[true],\"n\":1,\"t\":\"x\"},"
                                + "\"s\":\"v {\\\"l\\\":[true],\\\"n\\\":1,\\\"t\\\":\\\"x\\\"}\"}\n");
    }

    private static String print(String json, boolean omitEmpty, ExchangeRecord record)
            throws Exception {
        Struct.Builder format = Struct.newBuilder();
        com.google.protobuf.util.JsonFormat.parser().merge(json, format);
        LogBuffer out = new LogBuffer();
        JsonFormat.compile(format.build(), omitEmpty, new Operators("vm", false))
                .write(record, out);
        return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
    }
}
