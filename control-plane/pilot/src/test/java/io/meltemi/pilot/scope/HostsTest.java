package io.meltemi.pilot.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.model.service.HostPatterns;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Confined to one test thread.
final class HostsTest {
    @ParameterizedTest
    @CsvSource({
        "product, product.shop.svc.cluster.local",
        "Product, product.shop.svc.cluster.local",
        "product.bank, product.bank",
        "example.com, example.com",
        "*, *",
        "*.com, *.com",
        "::1, ::1",
    })
    void onlyANameWithoutAnyDotIsShort(String written, String resolved) {
        assertThat(Hosts.resolve(written, "shop", "svc.cluster.local")).isEqualTo(resolved);
    }

    @ParameterizedTest
    @CsvSource({
        "foo.com, foo.com, true",
        "foo.com, a.foo.com, false",
        "*.foo.com, a.foo.com, true",
        "*.foo.com, a.b.foo.com, true",
        "*.foo.com, foo.com, false",
        "*.foo.com, *.a.foo.com, true",
        "*.a.foo.com, *.foo.com, false",
        "*, anything, true",
    })
    void aWildcardStandsForAtLeastOneLabel(String pattern, String host, boolean matches) {
        assertThat(HostPatterns.covers(pattern, host)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "*.foo.com, a.foo.com, a.foo.com",
        "a.foo.com, *, a.foo.com",
        "*.foo.com, *.a.foo.com, *.a.foo.com",
        "a.com, b.com, none",
    })
    void theIntersectionIsTheNarrowerHost(String one, String other, String expected) {
        assertThat(Hosts.intersect(one, other).orElse("none")).isEqualTo(expected);
        assertThat(Hosts.intersect(other, one).orElse("none")).isEqualTo(expected);
    }

    @Test
    void exactHostsComeBeforeWildcardsAndLongBeforeShort() {
        List<String> hosts = new ArrayList<>(List.of("*", "b.com", "*.a.com", "*.com", "a.com"));

        hosts.sort(Hosts::bySpecificity);

        assertThat(hosts).containsExactly("a.com", "b.com", "*.a.com", "*.com", "*");
    }
}
