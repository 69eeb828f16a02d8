package io.meltemi.proxy.decide.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.http.HeaderMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InternalRedirectsTest {
    @ParameterizedTest
    @CsvSource({
        "http://a/b?c=d, http, a, /b?c=d",
        "HTTPS://a:8443/b#f, https, a:8443, /b",
        "http://a, http, a, /",
        "http://a?b, http, a, /?b",
        "http://[::1]:80/x, http, [::1]:80, /x",
    })
    void absoluteLocationsAreFollowed(String location, String scheme, String host, String path) {
        assertThat(target(location)).isEqualTo(new InternalRedirects.Target(scheme, host, path));
    }

    @ParameterizedTest
    @CsvSource({"/b", "ftp://a/b", "http://", "http:///b", "a"})
    void othersAreNot(String location) {
        assertThat(target(location)).isNull();
    }

    @Test
    void withoutALocationThereIsNoTarget() {
        assertThat(InternalRedirects.target(new HeaderMap())).isNull();
    }

    private static InternalRedirects.@Nullable Target target(String location) {
        HeaderMap response = new HeaderMap();
        response.add("location", location);
        return InternalRedirects.target(response);
    }
}
