package io.meltemi.proxy.observe.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.Exchanges;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What each operator prints. The expected texts of [#anAnsweredRequestPrintsWhatEnvoyPrints] and
/// [#aDirectResponsePrintsWhatEnvoyPrints] are lines of Envoy 1.40 for the same exchange.
final class OperatorsTest {
    private static final Operators VM = new Operators("vm", false);

    private static final String DEFAULT_LINE =
            "[2026-11-24T02:30:03.902Z] \"GET /x HTTP/1.1\" 200 - 0 6 1 0 \"-\" \"curl/7.88.1\""
                    + " \"c519f435-4dff-4bce-9f93-3e77852eb2a3\" \"localhost:18080\""
                    + " \"127.0.0.1:18081\"\n";

    @Test
    void withoutFormatTheLineIsEnvoysDefault() {
        assertThat(print(TextFormat.DEFAULT, Exchanges.answered())).isEqualTo(DEFAULT_LINE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "%START_TIME(%Y/%m/%dT%H:%M:%S %3f %6f %9f %s %f)%"
                        + "|2026/11/24T02:30:03 902 902644 902644000 1795487403 902644000",
                "%START_TIME(%s.%3f)% m=%REQ(:METHOD):2%|1795487403.902 m=GE",
                "q=%REQ(X-A?X-B):3% %REQ(nope)%|q=- -",
                "r=%RESP(X-UP)% t=%TRAILER(x)%|r=a\"b\\c t=-",
                "%PROTOCOL% %RESPONSE_CODE% %RESPONSE_CODE_DETAILS%|HTTP/1.1 200 via_upstream",
                "%RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG%|- -",
                "%BYTES_RECEIVED% %BYTES_SENT%|0 6",
                "%DURATION% %REQUEST_DURATION% %RESPONSE_DURATION% %RESPONSE_TX_DURATION%"
                        + " %REQUEST_TX_DURATION%|1 0 1 0 0",
                "%UPSTREAM_HOST% %UPSTREAM_CLUSTER% %UPSTREAM_CLUSTER_RAW%|127.0.0.1:18081 up up",
                "%UPSTREAM_LOCAL_ADDRESS% %UPSTREAM_TRANSPORT_FAILURE_REASON%|127.0.0.1:51052 -",
                "%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS%"
                        + "|127.0.0.1:50892 127.0.0.1:18080",
                "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_REMOTE_PORT%"
                        + "|127.0.0.1 50892",
                "%REQUESTED_SERVER_NAME% %ROUTE_NAME% %CONNECTION_TERMINATION_DETAILS%|- - -",
                "a=%UPSTREAM_REQUEST_ATTEMPT_COUNT% %DYNAMIC_METADATA(a:b)%|a=1 -",
                "%HOSTNAME% %TRACE_ID%|vm -",
                "%STREAM_ID% %CONNECTION_ID%|c519f435-4dff-4bce-9f93-3e77852eb2a3 0",
                "%FILTER_CHAIN_NAME% %ACCESS_LOG_TYPE%|- DownstreamEnd",
                "%DOWNSTREAM_PEER_URI_SAN% %DOWNSTREAM_TLS_VERSION%|- -",
                "%UPSTREAM_PROTOCOL% %GRPC_STATUS%|HTTP/1.1 -",
                "%UPSTREAM_HOST_NAME% %UPSTREAM_REMOTE_ADDRESS% %UPSTREAM_REMOTE_PORT%"
                        + "|127.0.0.1:18081 127.0.0.1:18081 18081",
                "%EMIT_TIME%|2026-11-24T02:30:03.904Z",
                "%COMMON_DURATION(DS_RX_BEG:US_TX_BEG:us)%|706",
                "%METADATA(ROUTE:a:b)% 100%%|- 100%",
            })
    void anAnsweredRequestPrintsWhatEnvoyPrints(String format, String line) {
        assertThat(print(format, Exchanges.answered())).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "%RESPONSE_CODE% %RESPONSE_CODE_DETAILS% %ROUTE_NAME%|403 direct_response dr",
                "%DURATION% %REQUEST_DURATION% %RESPONSE_DURATION% %RESPONSE_TX_DURATION%|0 0 - -",
                "u=%UPSTREAM_HOST% %UPSTREAM_CLUSTER% %UPSTREAM_LOCAL_ADDRESS%|u=- - -",
                "a=%UPSTREAM_REQUEST_ATTEMPT_COUNT% %CONNECTION_ID%|a=0 5",
                "%UPSTREAM_REMOTE_ADDRESS% %UPSTREAM_REMOTE_PORT% %UPSTREAM_HOST_NAME%|- - -",
                "%COMMON_DURATION(DS_RX_BEG:US_TX_BEG:us)%|-",
            })
    void aDirectResponsePrintsWhatEnvoyPrints(String format, String line) {
        assertThat(print(format, Exchanges.direct())).isEqualTo(line);
    }

    @Test
    void omittedValuesLeaveNothingButFlagsStayADash() {
        String format = "[%REQ(X-A)%] [%ROUTE_NAME%] [%RESPONSE_DURATION%] [%RESPONSE_FLAGS%]\n";
        LogBuffer out = new LogBuffer();

        new TextFormat(FormatParser.parse(format, VM), true).write(Exchanges.direct(), out);

        assertThat(text(out)).isEqualTo("[] [dr] [] [-]\n");
    }

    /// Asked of Envoy 1.40: retries that run out against a port that refuses connections.
    @Test
    void flagsArePrintedInTheOrderInWhichTheyCame() {
        ExchangeRecord record = Exchanges.answered();
        record.addFlag(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
        record.addFlag(ResponseFlag.UPSTREAM_CONNECTION_FAILURE);

        assertThat(print("%RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG%", record))
                .isEqualTo("URX,UF UpstreamRetryLimitExceeded,UpstreamConnectionFailure");
    }

    @Test
    void certificatesComeFromTheConnection() {
        ExchangeRecord record = Exchanges.answered();
        record.downstream =
                Exchanges.mutualTls("10.0.0.1:1", "10.0.0.2:15006", "spiffe://a", "spiffe://b");

        assertThat(
                        print(
                                "%DOWNSTREAM_PEER_URI_SAN% %DOWNSTREAM_LOCAL_URI_SAN%"
                                        + " %DOWNSTREAM_TLS_VERSION%"
                                        + " %DOWNSTREAM_TLS_CIPHER% %DOWNSTREAM_PEER_SUBJECT%",
                                record))
                .isEqualTo("spiffe://a spiffe://b TLSv1.3 TLS_AES_128_GCM_SHA256 CN=peer");
    }

    @Test
    void theForwardedClientAddressHidesTheDirectOne() {
        ExchangeRecord record = Exchanges.answered();
        record.downstreamRemoteAddress = Exchanges.address("[2001:db8::9]:0");

        assertThat(
                        print(
                                "%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%"
                                        + " %DOWNSTREAM_DIRECT_REMOTE_ADDRESS%",
                                record))
                .isEqualTo("[2001:db8::9]:0 2001:db8::9 127.0.0.1:50892");
    }

    @Test
    void metadataIsFoundByPathWhateverItIsMadeOf() {
        ExchangeRecord record = Exchanges.answered();
        record.dynamicMetadata =
                name ->
                        name.equals("jwt")
                                ? Map.of("payload", Map.of("sub", "me", "aud", List.of("x", 2)))
                                : null;
        record.clusterMetadata =
                Metadata.newBuilder()
                        .putFilterMetadata(
                                "istio",
                                Struct.newBuilder()
                                        .putFields(
                                                "weight",
                                                Value.newBuilder().setNumberValue(1.5).build())
                                        .build())
                        .build();

        assertThat(
                        print(
                                "%DYNAMIC_METADATA(jwt:payload:sub)% %DYNAMIC_METADATA(jwt)%"
                                        + " %DYNAMIC_METADATA(jwt:nope:x)%"
                                        + " %CLUSTER_METADATA(istio:weight)%"
                                        + " %METADATA(CLUSTER:istio)%",
                                record))
                .isEqualTo(
                        "me {\"payload\":{\"aud\":[\"x\",2],\"sub\":\"me\"}} - 1.5"
                                + " {\"weight\":1.5}");
    }

    @Test
    void gRpcStatusComesFromTheTrailers() {
        ExchangeRecord record = Exchanges.answered();
        HeaderMap request = new HeaderMap();
        request.add("content-type", "application/grpc+proto");
        record.requestHeaders = request;
        record.responseTrailers = new HeaderMap();
        record.responseTrailers.add("grpc-status", "14");

        assertThat(print("%GRPC_STATUS% %GRPC_STATUS(SNAKE_STRING)% %GRPC_STATUS_NUMBER%", record))
                .isEqualTo("Unavailable UNAVAILABLE 14");
    }

    @Test
    void headersGoOutAsTheBytesTheyCameInAs() {
        ExchangeRecord record = Exchanges.answered();
        HeaderMap request = new HeaderMap();
        request.add(
                "x-a",
                new String("é".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        record.requestHeaders = request;

        assertThat(print("%REQ(X-A)%", record)).isEqualTo("é");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "abc %NOPE% d|position 4|NOPE",
                "%REQ%|position 0|needs an argument",
                "%REQ()%|position 0|needs an argument",
                "%REQ(a?b?c)%|position 0|at most one alternative",
                "%PROTOCOL(x)%|position 0|takes no argument",
                "a%PROTOCOL|position 1|no closing %",
                "%START_TIME(%Y|position 0|not closed",
                "%START_TIME(%Q)%|position 0|%Q is not known",
                "50% of|position 2|expected",
                "%REQ(a):x%|position 0|not closed",
                "%DYNAMIC_METADATA(a::b)%|position 0|empty name",
                "%METADATA(HOST:a)%|position 0|DYNAMIC, CLUSTER, ROUTE or",
                "%COMMON_DURATION(DS_RX_BEG:US_CX_BEG)%|position 0|not supported yet",
                "%VIRTUAL_HOST_NAME%|position 0|no command operator",
                "%UPSTREAM_LOCAL_SUBJECT%|position 0|no command operator",
                "%UPSTREAM_PEER_SERIAL%|position 0|no command operator",
                "%REQ_WITHOUT_QUERY(:path)%|position 0|needs its formatter",
                "%RESPONSE_CODE:3%|position 0|does not allow a length",
                "%RESPONSE_CODE_DETAILS:3%|position 0|does not allow a length",
                "%START_TIME:3%|position 0|does not allow a length",
                "%DOWNSTREAM_PEER_CERT_V_START:5%|position 0|does not allow a length",
                "%UNIQUE_ID:5%|position 0|does not allow a length",
                "%CUSTOM_FLAGS(a)%|position 0|takes no argument",
                "%HOSTNAME(a)%|position 0|takes no argument",
                "%FILTER_STATE%|position 0|needs an argument",
                "%FILTER_STATE(k:X)%|position 0|PLAIN, TYPED or FIELD",
                "%FILTER_STATE(k:FIELD)%|position 0|PLAIN, TYPED or FIELD",
                "%REQUESTED_SERVER_NAME(X)%|position 0|none of SNI_ONLY",
                "%REQUESTED_SERVER_NAME(SNI_FIRST:X)%|position 0|none of ORIG_OR_HOST",
                "%COALESCE(x)%|position 0|no JSON",
                "%COALESCE({})%|position 0|needs an array",
                "'%COALESCE({\"operators\": []})%'|position 0|must not be empty",
                "'%COALESCE({\"operators\": [5]})%'|position 0|a name or an object",
                "'%COALESCE({\"operators\": [\"NOPE\"]})%'|position 0|NOPE",
                "'%COALESCE({\"operators\": [{\"command\": \"REQ\"}]})%'|position 0|needs an argument",
                "'%COALESCE({\"operators\": [{\"command\": \"REQ\", \"param\": \"a\","
                        + " \"max_length\": 0}]})%'|position 0|above 0",
            })
    void aWrongFormatIsRefusedWithItsPosition(String format, String position, String reason) {
        assertThatThrownBy(() -> FormatParser.parse(format, VM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(position + ":")
                .hasMessageContaining(reason);
    }

    private static String print(String format, ExchangeRecord record) {
        LogBuffer out = new LogBuffer();
        new TextFormat(FormatParser.parse(format, VM), false).write(record, out);
        return text(out);
    }

    private static String text(LogBuffer out) {
        return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
    }
}
