package io.meltemi.proxy.filter.statefulsession;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.http.HeaderMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CookieSessionTest {
    private final AtomicLong clock = new AtomicLong(1000);

    @Test
    void aSessionIsOverWhenItsTimeIs() {
        CookieSession session = new CookieSession("sid", 60, "/", clock::get);
        HeaderMap response = new HeaderMap();
        session.tell("10.0.0.7:8080", response);
        HeaderMap request = new HeaderMap();
        request.add("cookie", String.valueOf(response.get("set-cookie")).replaceAll(";.*", ""));

        clock.set(1060);
        assertThat(session.address(request)).isEqualTo("10.0.0.7:8080");
        clock.set(1061);
        assertThat(session.address(request)).isNull();
        assertThat(response.get("set-cookie")).endsWith("\"; Max-Age=60; Path=/; HttpOnly");
    }

    @ParameterizedTest
    @CsvSource({
        "/a,  /a,     true",
        "/a,  /a/b,   true",
        "/a,  /a?b,   true",
        "/a,  /ab,    false",
        "/a/, /a,     false",
        "/a/, /a/b,   true",
        "/,   /x,     true",
        "'',  /x,     true",
    })
    void onlyRequestsBelowThePathTakePart(String path, String asked, boolean concerned) {
        HeaderMap request = new HeaderMap();
        request.add(":path", asked);

        assertThat(new CookieSession("sid", 0, path, clock::get).concerns(request))
                .isEqualTo(concerned);
    }
}
