package io.meltemi.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.http.HttpSettings.PathRules;
import io.meltemi.proxy.http.HttpSettings.PathRules.EscapedSlashes;
import io.meltemi.proxy.http.PathNormalization.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Paths as matchers and policies see them: what Envoy 1.40 makes of the same ones.
final class PathNormalizationTest {
    private static final PathRules RULES =
            new PathRules(true, false, EscapedSlashes.KEEP_UNCHANGED, false, false, false);

    @ParameterizedTest
    @CsvSource({
        "/a/..;/b, /b",
        "/a/..;x=y;z/b, /b",
        "/a/..;, /",
        "/a/..;/, /",
        "/a/..;?q, /?q",
        "/a/.;/b, /a/b",
        "/a/.;, /a/",
        "/..;/b, /b",
        "/a/b/..;a/..;b/c, /c",
        "/a;x/..;y/b, /b",
        "/a/..;%2fb, /",
        "/a//..;/b, /a/b",
        // what is written otherwise stays
        "/a/%2e%2e;/b, /a/..;/b",
        "/a/..%3b/b, /a/..%3b/b",
        "/a/...;/b, /a/...;/b",
        "/a/;/b, /a/;/b",
        "/a;/b, /a;/b",
        "/x?y=%00, /x?y=%00",
        "/x?y=/..;/, /x?y=/..;/",
        "/a%01%zz%, /a%01%zz%",
    })
    void dotsWithParametersAreDots(String path, String normal) {
        HeaderMap request = new HeaderMap();
        request.set(HeaderNames.PATH, path);

        assertThat(PathNormalization.normalize(request, path, RULES)).isEqualTo(Verdict.CONTINUE);
        assertThat(request.get(HeaderNames.PATH)).isEqualTo(normal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a%00", "/%00", "/a%00/../b", "/a#b"})
    void whatEndsElsewhereForOthersIsRefused(String path) {
        HeaderMap request = new HeaderMap();
        request.set(HeaderNames.PATH, path);

        assertThat(PathNormalization.normalize(request, path, RULES)).isEqualTo(Verdict.REJECT);
    }
}
