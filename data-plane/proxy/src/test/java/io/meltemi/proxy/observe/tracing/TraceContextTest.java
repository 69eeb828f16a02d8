package io.meltemi.proxy.observe.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.http.HeaderMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TraceContextTest {
    private static final String VALID = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @ParameterizedTest
    @CsvSource({
        VALID + ", true",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01, false",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, false",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, true",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-future, true",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.future, false",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331, false",
        "'', false",
    })
    void onlyAWellFormedParentIsTaken(String parent, boolean taken) {
        assertThat(TraceContext.extract(headers(parent), new ExchangeTrace())).isEqualTo(taken);
    }

    @Test
    void twoParentsAreNoParent() {
        HeaderMap headers = headers(VALID);
        headers.add("traceparent", VALID);

        assertThat(TraceContext.extract(headers, new ExchangeTrace())).isFalse();
    }

    @Test
    void theContextGoesOnWithOurSpan() {
        HeaderMap headers = headers(VALID);
        headers.add("tracestate", " a=1 ,, b@c=2");
        headers.add("tracestate", "d=3");
        ExchangeTrace trace = new ExchangeTrace();
        TraceContext.extract(headers, trace);

        TraceContext.inject(headers, trace, 0x1234, new byte[64]);

        assertThat(headers.get("traceparent"))
                .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-0000000000001234-01");
        assertThat(headers.get("tracestate")).isEqualTo("a=1,b@c=2,d=3");
        assertThat(headers.toString()).containsOnlyOnce("tracestate");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=",
                "=1",
                "a",
                "A=1",
                "a=b=c",
                "@a=1",
                "a@=1",
                "a b=1",
                "a=\u00e9",
                "a-b.c=1"
            })
    void oneWrongMemberVoidsTheState(String member) {
        HeaderMap headers = headers(VALID);
        headers.add("tracestate", "ok=1," + member);
        ExchangeTrace trace = new ExchangeTrace();

        assertThat(TraceContext.extract(headers, trace)).isTrue();
        assertThat(trace.traceState).isNull();
    }

    @Test
    void moreThan32MembersVoidTheState() {
        StringBuilder state = new StringBuilder("k0=v");
        for (int i = 1; i < 32; i++) {
            state.append(",k").append(i).append("=v");
        }
        assertThat(stateOf(state.toString())).isNotNull();
        assertThat(stateOf(state + ",k32=v")).isNull();
    }

    private static @org.jspecify.annotations.Nullable String stateOf(String state) {
        HeaderMap headers = headers(VALID);
        headers.add("tracestate", state);
        ExchangeTrace trace = new ExchangeTrace();
        TraceContext.extract(headers, trace);
        return trace.traceState;
    }

    private static HeaderMap headers(String parent) {
        HeaderMap headers = new HeaderMap();
        headers.add("traceparent", parent);
        return headers;
    }
}
