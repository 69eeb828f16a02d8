package io.meltemi.proxy.observe.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.http.HeaderMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// B3 by the letters; that Envoy reads it alike is shown by the differential cases of tracing.
final class B3ContextTest {
    private static final String TRACE = "00000000000000a1";
    private static final String SPAN = "b1b2b3b4b5b6b7b8";

    private final ExchangeTrace trace = new ExchangeTrace();
    private final HeaderMap headers = new HeaderMap();
    private final byte[] scratch = new byte[B3Context.LONGEST];

    @ParameterizedTest
    @CsvSource({
        "00000000000000a1-b1b2b3b4b5b6b7b8, false, 0, 0",
        "00000000000000A1-B1B2B3B4B5B6B7B8-1, true, 0, 0",
        "00000000000000a1-b1b2b3b4b5b6b7b8-d, true, 0, 0",
        "00000000000000a1-b1b2b3b4b5b6b7b8-0-00000000000000c1, false, 0, 193",
        "000000000000000200000000000000a1-b1b2b3b4b5b6b7b8, false, 2, 0",
        "000000000000000200000000000000a1-b1b2b3b4b5b6b7b8-1-00000000000000c1, true, 2, 193",
    })
    void theSingleHeaderIsReadInAllItsForms(String text, boolean sampled, long high, long parent) {
        headers.add("b3", text);

        assertThat(B3Context.extract(headers, trace)).isEqualTo(B3Context.Found.CONTEXT);
        assertThat(trace.sampled).isEqualTo(sampled);
        assertThat(trace.traceIdHigh).isEqualTo(high);
        assertThat(trace.traceIdLow).isEqualTo(0xa1);
        assertThat(trace.spanId).isEqualTo(0xb1b2b3b4b5b6b7b8L);
        assertThat(trace.parentSpanId).isEqualTo(parent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "12",
                "a-b-1",
                "00000000000000a1-b1b2b3b4b5b6b7b8-",
                "00000000000000a1-b1b2b3b4b5b6b7b8-x",
                "00000000000000a1-b1b2b3b4b5b6b7b8x1",
                "00000000000000a1-b1b2b3b4b5b6b7b8-1-",
                "00000000000000a1-b1b2b3b4b5b6b7b8-1-c1",
                "00000000000000a1-b1b2b3b4b5b6b7b8-00000000000000c1",
                "00000000000000a1xb1b2b3b4b5b6b7b8-1",
                "z0000000000000a1-b1b2b3b4b5b6b7b8-1",
                "00000000000000a1-z1b2b3b4b5b6b7b8-1",
                "z00000000000000200000000000000a1-b1b2b3b4b5b6b7b8-1",
                "000000000000000200000000000000a1-b1b2b3b4b5b6b7b8-1-00000000000000c12",
                "000000000000000200000000000000a1-b1b2b3b4b5b6b7",
            })
    void aBrokenSingleHeaderIsNoContext(String text) {
        headers.add("b3", text);
        headers.add("x-b3-traceid", TRACE);
        headers.add("x-b3-spanid", SPAN);

        assertThat(B3Context.extract(headers, trace)).isEqualTo(B3Context.Found.BROKEN);
    }

    @ParameterizedTest
    @CsvSource({
        "a1, b1, c1, CONTEXT",
        "A1, B1, '', CONTEXT",
        "0000000000000000001, b1, '', CONTEXT",
        "000000000000000200000000000000a1, b1, '', CONTEXT",
        "zz, b1, '', BROKEN",
        "'', b1, '', BROKEN",
        "a1, '', '', BROKEN",
        "a1, b1, q, BROKEN",
        "a1, 11111111111111111, '', BROKEN",
        "111111111111111111111111111111111, b1, '', BROKEN",
        "g00000000000000200000000000000a1, b1, '', BROKEN",
    })
    void severalHeadersAreNumbersOfHexDigits(
            String id, String span, String parent, B3Context.Found found) {
        headers.add("x-b3-traceid", id);
        headers.add("x-b3-spanid", span);
        headers.add("x-b3-parentspanid", parent);

        assertThat(B3Context.extract(headers, trace)).isEqualTo(found);
    }

    @Test
    void anIdAloneIsNoContext() {
        headers.add("x-b3-traceid", TRACE);

        assertThat(B3Context.extract(headers, trace)).isEqualTo(B3Context.Found.NONE);
    }

    @Test
    void aContextGoesOnInTheFormInWhichItCame() {
        trace.traceIdHigh = 2;
        trace.traceIdLow = 0xa1;
        trace.sampled = true;

        B3Context.inject(headers, trace, 0xb1, 0xc1, scratch);
        HeaderMap single = new HeaderMap();
        single.add("b3", "1");
        B3Context.inject(single, trace, 0xb1, 0xc1, scratch);

        assertThat(headers.get("x-b3-traceid")).isEqualTo("000000000000000200000000000000a1");
        assertThat(headers.get("x-b3-spanid")).isEqualTo("00000000000000b1");
        assertThat(headers.get("x-b3-parentspanid")).isEqualTo("00000000000000c1");
        assertThat(headers.get("x-b3-sampled")).isEqualTo("1");
        assertThat(headers.contains("b3")).isFalse();
        assertThat(single.get("b3"))
                .isEqualTo("000000000000000200000000000000a1-00000000000000b1-1-00000000000000c1");
        assertThat(single.size()).isEqualTo(1);
    }
}
