package io.meltemi.proxy.decide.retry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.retry.RetryDecision.Verdict;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.StreamReset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryDecisionTest {
    private static RetryPolicy policy(String retryOn) {
        return new RetryPolicy(
                RetryOn.parse(retryOn, new ArrayList<>()),
                1,
                0,
                0,
                RetryPolicy.DEFAULT_BASE_NANOS,
                10 * RetryPolicy.DEFAULT_BASE_NANOS,
                new StatusCodes(List.of(418)),
                List.of(new HeaderMatch("x-again", new HeaderMatch.Presence(true), false, false)),
                List.of(),
                false,
                List.of(),
                null,
                1,
                0);
    }

    private static HeaderMap headers(String text) {
        HeaderMap headers = new HeaderMap();
        for (String header : text.split(";", -1)) {
            int equals = header.indexOf('=');
            headers.add(header.substring(0, equals), header.substring(equals + 1));
        }
        return headers;
    }

    /// Envoy: router filter, x-envoy-retry-on and x-envoy-retry-grpc-on.
    @ParameterizedTest
    @CsvSource({
        "5xx, :status=500, true",
        "5xx, :status=503, true",
        "5xx, :status=499, false",
        "gateway-error, :status=500, false",
        "gateway-error, :status=502, true",
        "gateway-error, :status=504, true",
        "gateway-error, :status=505, false",
        "retriable-4xx, :status=409, true",
        "retriable-4xx, :status=404, false",
        "retriable-status-codes, :status=418, true",
        "retriable-status-codes, :status=503, false",
        "retriable-headers, :status=200;x-again=1, true",
        "retriable-headers, :status=200, false",
        "5xx, :status=503;x-envoy-overloaded=true, true",
        "5xx, :status=503;x-envoy-ratelimited=true, false",
        "envoy-ratelimited, :status=429;x-envoy-ratelimited=true, true",
        "unavailable, :status=200;grpc-status=14, true",
        "cancelled, :status=200;grpc-status=1, true",
        "deadline-exceeded, :status=200;grpc-status=4, true",
        "resource-exhausted, :status=200;grpc-status=8, true",
        "internal, :status=200;grpc-status=13, true",
        "unavailable, :status=200;grpc-status=13, false",
        "connect-failure, :status=503, false",
        "reset, :status=503, false"
    })
    void responses(String retryOn, String response, boolean retried) {
        assertThat(RetryDecision.onResponse(policy(retryOn), 1, headers(response), null))
                .isEqualTo(retried ? Verdict.RETRY : Verdict.NOT_RETRIABLE);
    }

    @ParameterizedTest
    @CsvSource({
        "5xx, REMOTE_RESET, true, true",
        "5xx, CONNECT_FAILURE, false, true",
        "5xx, OVERFLOW, false, false",
        "gateway-error, CONNECTION_TERMINATION, true, true",
        "reset, LOCAL_RESET, true, true",
        "reset-before-request, REMOTE_RESET, false, true",
        "reset-before-request, REMOTE_RESET, true, false",
        "refused-stream, REMOTE_REFUSED, true, true",
        "refused-stream, REMOTE_RESET, true, false",
        "connect-failure, CONNECT_FAILURE, false, true",
        "connect-failure, REMOTE_RESET, true, false",
        "retriable-4xx, REMOTE_RESET, true, false",
    })
    void resets(String retryOn, StreamReset reset, boolean started, boolean retried) {
        assertThat(RetryDecision.onReset(policy(retryOn), 1, reset, started, null))
                .isEqualTo(retried ? Verdict.RETRY : Verdict.NOT_RETRIABLE);
    }

    @Test
    void usedUpAttemptsAreToldApartFromWhatIsNeverRetried() {
        assertThat(RetryDecision.onResponse(policy("5xx"), 2, headers(":status=500"), null))
                .isEqualTo(Verdict.LIMIT_EXCEEDED);
        assertThat(RetryDecision.onResponse(policy("5xx"), 2, headers(":status=200"), null))
                .isEqualTo(Verdict.NOT_RETRIABLE);
    }

    @Test
    void headersOfTheRequestWidenThePolicyAndDoNotTravelOn() {
        HeaderMap request =
                headers(
                        "x-envoy-retry-on=5xx,nonsense;x-envoy-max-retries=7;"
                                + "x-envoy-retry-grpc-on=unavailable;"
                                + "x-envoy-retriable-status-codes=404, 410;x-other=1");

        RetryPolicy policy = requireNonNull(RetryDecision.policyFor(null, request));

        assertThat(policy.on()).isEqualTo(RetryOn.SERVER_ERROR | RetryOn.GRPC_UNAVAILABLE);
        assertThat(policy.maxRetries()).isEqualTo(7);
        assertThat(policy.statusCodes().contains(410)).isTrue();
        assertThat(request.size()).isEqualTo(1);
    }

    @Test
    void withoutHeadersTheRoutesOwnPolicyIsUsedAsItIs() {
        RetryPolicy policy = policy("5xx");

        assertThat(RetryDecision.policyFor(policy, headers("x-a=b"))).isSameAs(policy);
        assertThat(RetryDecision.policyFor(null, headers("x-a=b"))).isNull();
    }

    /// Envoy: a random share of the base, then of twice the base, until ten times.
    @ParameterizedTest
    @CsvSource({"1, 25", "2, 50", "3, 100", "4, 200", "5, 250", "50, 250"})
    void backOffDoublesUntilItsMaximum(int retry, long ceilingMillis) {
        RetryPolicy policy = policy("5xx");

        assertThat(Backoff.ceilingNanos(policy, retry)).isEqualTo(ceilingMillis * 1_000_000);
        assertThat(Backoff.nanos(policy, retry, -1L)).isBetween(0L, ceilingMillis * 1_000_000 - 1);
    }

    @Test
    void aRecordingLogTellsTheCondition() {
        DecisionLog log = new DecisionLog();

        assertThatCode(() ->
                        RetryDecision.onResponse(policy("5xx"), 1, headers(":status=500"), log))
                .doesNotThrowAnyException();

        assertThat(log.entries())
                .containsExactly(new DecisionLog.Entry("retry", "attempt 1", true, "5xx"));
    }
}
