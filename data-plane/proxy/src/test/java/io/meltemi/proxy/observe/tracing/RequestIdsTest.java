package io.meltemi.proxy.observe.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.tracing.RequestIds.TraceReason;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestIdsTest {
    private final RequestIds ids =
            new RequestIds(new WorkerRandom(2, 42), 2, UuidRequestIdConfig.getDefaultInstance());

    @Test
    void idsAreRandomUuidsOfVersionFour() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            UUID id = UUID.fromString(ids.next(i % 2));

            assertThat(id.version()).isEqualTo(4);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(seen.add(id.toString())).isTrue();
        }
    }

    @Test
    void anIdFromTheCallerIsKeptUnlessItIsNotTrusted() {
        HeaderMap request = request("c519f435-4dff-4bce-9f93-3e77852eb2a3");

        ids.ensure(0, request, false);
        assertThat(request.get("x-request-id")).isEqualTo("c519f435-4dff-4bce-9f93-3e77852eb2a3");

        ids.ensure(0, request, true);
        assertThat(request.get("x-request-id"))
                .isNotEqualTo("c519f435-4dff-4bce-9f93-3e77852eb2a3");
    }

    @ParameterizedTest
    @CsvSource({
        "SAMPLED, c519f435-4dff-9bce-9f93-3e77852eb2a3",
        "SERVICE_FORCED, c519f435-4dff-abce-9f93-3e77852eb2a3",
        "CLIENT_FORCED, c519f435-4dff-bbce-9f93-3e77852eb2a3",
        "NOT_TRACEABLE, c519f435-4dff-4bce-9f93-3e77852eb2a3",
    })
    void theFifteenthDigitCarriesTheDecision(TraceReason reason, String id) {
        HeaderMap request = request("c519f435-4dff-4bce-9f93-3e77852eb2a3");

        ids.setReason(0, request, reason);

        assertThat(request.get("x-request-id")).isEqualTo(id);
        assertThat(ids.reason(request)).isEqualTo(reason);
    }

    @Test
    void anIdStaysAsItIsWherePackingIsOff() {
        RequestIds plain =
                new RequestIds(
                        new WorkerRandom(1, 1),
                        1,
                        UuidRequestIdConfig.newBuilder()
                                .setPackTraceReason(BoolValue.of(false))
                                .build());
        HeaderMap request = request("c519f435-4dff-4bce-9f93-3e77852eb2a3");

        plain.setReason(0, request, TraceReason.SAMPLED);

        assertThat(request.get("x-request-id")).isEqualTo("c519f435-4dff-4bce-9f93-3e77852eb2a3");
    }

    @Test
    void theFirst32BitsDecideSamplingOnEveryHopAlike() {
        assertThat(RequestIds.modulo(request("00002711-4dff-4bce-9f93-3e77852eb2a3"), 10_000))
                .isEqualTo(1);
        assertThat(RequestIds.modulo(request("no uuid"), 10_000)).isEqualTo(-1);
        assertThat(RequestIds.modulo(request("x0002711-4dff-4bce-9f93-3e77852eb2a3"), 10_000))
                .isEqualTo(-1);
    }

    private static HeaderMap request(String id) {
        HeaderMap headers = new HeaderMap();
        headers.add("x-request-id", id);
        return headers;
    }
}
