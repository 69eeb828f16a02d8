package io.meltemi.proxy.decide.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.proxy.decide.rewrite.PathRewrite;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UriTemplateTest {
    @ParameterizedTest
    @CsvSource({
        "/, /, true",
        "/a/*, /a/b, true",
        "/a/*, /a/b/c, false",
        "/a/**, /a/, true",
        "/a/**, /a, false",
        "/a/{x}/c, /a/b/c, true",
        "/a/{x=b/*}/c, /a/b/1/c, true",
        "/a/{x=b/*}/c, /a/c/1/c, false",
        "/{p=**}.js, /a/b.js, true",
        "/{p=**}.js, /a/bxjs, false",
        "/a.b/*, /axb/c, false",
        "/a/, /a/, true",
        "/a/*, /a/b=c, true",
    })
    void paths(String template, String path, boolean matches) {
        assertThat(UriTemplate.parse(template).pattern().matches(path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "/{a}/{b=**}, /x/{b}/{a}, /1/2/3?q, /x/2/3/1?q",
        "/{a}/{b}, /{b}{a}, /1/2, /21",
        "/{a}, /same, /1#f, /same#f",
    })
    void rewrites(String template, String rewrite, String path, String rewritten) {
        UriTemplate parsed = UriTemplate.parse(template);

        assertThat(
                        PathRewrite.Template.parse(parsed, rewrite)
                                .rewrite(path, new PathMatch.Template(parsed)))
                .isEqualTo(rewritten);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "//",
                "/{a",
                "/{}",
                "/{1a}",
                "/{a}/{a}",
                "/{a=}",
                "/a*",
                "/**/*",
                "/**/{a}",
                "/{a}{b}",
                "/{a}.js/b",
                "/{abcdefghijklmnopq}",
                "/{a}/{b}/{c}/{d}/{e}/{f}",
                "/a b"
            })
    void whatEnvoyRefusesIsRefused(String template) {
        assertThatThrownBy(() -> UriTemplate.parse(template))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "/{b}", "/{a", "/a b"})
    void aRewriteOfOtherVariablesIsRefused(String rewrite) {
        UriTemplate template = UriTemplate.parse("/{a}");

        assertThatThrownBy(() -> PathRewrite.Template.parse(template, rewrite))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
