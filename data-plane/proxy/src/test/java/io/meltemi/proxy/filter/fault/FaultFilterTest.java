package io.meltemi.proxy.filter.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.HttpFilter.Verdict;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.http.ResponseFlag;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FaultFilterTest {
    private static final String ABORT =
            "\"abort\": {\"http_status\": 418, \"percentage\": {\"numerator\": 100}}";
    private static final String DELAY =
            "\"delay\": {\"fixed_delay\": \"5s\", \"percentage\": {\"numerator\": 100}}";
    private final FilterFixture fixture = new FilterFixture();

    private HttpFilter filter(String fields) {
        return fixture.filter(HTTPFault.newBuilder(), "{" + fields + "}");
    }

    private void pass(long seconds) {
        fixture.channel().advanceTimeBy(seconds, TimeUnit.SECONDS);
        fixture.channel().runScheduledPendingTasks();
    }

    /// Asked of Envoy 1.40.
    @Test
    void anAbortHasEnvoysBodyFlagAndDetails() {
        FakeFilterStream stream = fixture.stream();

        assertThat(filter(ABORT).onRequest(stream)).isEqualTo(Verdict.ANSWERED);
        assertThat(stream.reply())
                .isEqualTo(
                        new LocalReply(
                                418,
                                "fault filter abort",
                                ResponseFlag.FAULT_INJECTED,
                                "fault_filter_abort",
                                Map.of()));
    }

    @Test
    void aDelayComesBeforeTheAbort() {
        HttpFilter filter = filter(DELAY + "," + ABORT);
        FakeFilterStream stream = fixture.stream();

        assertThat(filter.onRequest(stream)).isEqualTo(Verdict.PAUSE);
        pass(4);
        assertThat(stream.reply()).isNull();
        pass(2);

        assertThat(stream.reply()).isNotNull();
        assertThat(stream.flags()).containsExactly(ResponseFlag.DELAY_INJECTED);
    }

    @Test
    void aDelayAloneGoesOnAfterwards() {
        FakeFilterStream stream = fixture.stream();

        filter(DELAY).onRequest(stream);
        pass(6);

        assertThat(stream.resumed()).isEqualTo(1);
    }

    @Test
    void theDelayOfAnExchangeThatEndedNeverComesBack() {
        HttpFilter filter = filter(DELAY);
        FakeFilterStream stream = fixture.stream();

        filter.onRequest(stream);
        filter.onEnd(stream);
        pass(6);

        assertThat(stream.resumed()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "HUNDRED, 9, true",
        "HUNDRED, 10, false",
        "TEN_THOUSAND, 9, true",
        "TEN_THOUSAND, 110, false",
        "MILLION, 1000009, true"
    })
    void sharesHaveDenominators(String denominator, long random, boolean aborted) {
        fixture.context().random().set(random);
        HttpFilter filter =
                filter(
                        "\"abort\": {\"http_status\": 503, \"percentage\": {\"numerator\": 10,"
                                + " \"denominator\": \""
                                + denominator
                                + "\"}}");

        assertThat(filter.onRequest(fixture.stream()))
                .isEqualTo(aborted ? Verdict.ANSWERED : Verdict.CONTINUE);
    }

    @Test
    void noMoreFaultsAreActiveThanAllowed() {
        HttpFilter filter = filter(ABORT + ", \"max_active_faults\": 1");
        FakeFilterStream first = fixture.stream();

        assertThat(filter.onRequest(first)).isEqualTo(Verdict.ANSWERED);
        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.CONTINUE);
        filter.onEnd(first);
        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.ANSWERED);
        assertThat(fixture.context().counts()).containsEntry("http.test.fault.faults_overflow", 1L);
    }

    @Test
    void theCallerMayAskForAFaultWhereHeadersAreAllowed() {
        HttpFilter filter =
                filter("\"abort\": {\"header_abort\": {}, \"percentage\": {\"numerator\": 100}}");
        FakeFilterStream stream = fixture.stream().header("x-envoy-fault-abort-request", "429");

        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.CONTINUE);
        assertThat(filter.onRequest(stream)).isEqualTo(Verdict.ANSWERED);
    }

    @Test
    void onlyRequestsThatMatchMeetAFault() {
        HttpFilter filter =
                filter(
                        ABORT
                                + ", \"upstream_cluster\": \"up\", \"headers\": [{\"name\":"
                                + " \"x-test\", \"present_match\": true}]");

        assertThat(filter.onRequest(fixture.stream().cluster("up"))).isEqualTo(Verdict.CONTINUE);
        assertThat(filter.onRequest(fixture.stream().header("x-test", "1")))
                .isEqualTo(Verdict.CONTINUE);
        assertThat(filter.onRequest(fixture.stream().cluster("up").header("x-test", "1")))
                .isEqualTo(Verdict.ANSWERED);
    }

    @Test
    void aRouteReplacesTheFault() {
        FakeFilterStream stream =
                fixture.stream()
                        .routeConfig(
                                FilterFixture.NAME,
                                fixture.perRoute(HTTPFault.newBuilder(), "{" + ABORT + "}"));

        assertThat(filter("").onRequest(stream)).isEqualTo(Verdict.ANSWERED);
    }

    @Test
    void whatIsWrongIsRefusedByName() {
        assertThat(
                        fixture.problems(
                                HTTPFault.newBuilder(),
                                "{\"response_rate_limit\": {}, \"abort\": {\"http_status\": 99}}"))
                .containsExactly(
                        "abort.http_status: 99 is no status of 200 to 599",
                        "response_rate_limit: must have fixed_limit or header_limit");
    }

    @Test
    void aRateIsWhatTheCallerAsksForWhereTheHeaderDecides() {
        HttpFilter filter =
                fixture.filter(
                        HTTPFault.newBuilder(),
                        "{\"response_rate_limit\": {\"header_limit\": {}, \"percentage\":"
                                + " {\"numerator\": 100}}}");
        FakeFilterStream asked = fixture.stream().header("x-envoy-fault-throughput-response", "7");
        FakeFilterStream other = fixture.stream();

        filter.onRequest(asked);
        filter.onRequest(other);

        assertThat(asked.responseRate()).isEqualTo(7 * 1024);
        assertThat(other.responseRate()).isEqualTo(-1);
    }
}
