package io.meltemi.pilot.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.model.service.Hostname;
import io.meltemi.model.service.Service;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChosenAddressesTest {
    @Test
    void addressComesFromNameAndNamespace() {
        String alone = new ChosenAddresses().choose(service("a.example", "shop"));
        ChosenAddresses others = new ChosenAddresses();
        others.choose(service("b.example", "shop"));

        assertThat(alone).startsWith("240.240.");
        assertThat(others.choose(service("a.example", "shop"))).isEqualTo(alone);
        assertThat(others.choose(service("a.example", "bank"))).isNotEqualTo(alone);
    }

    @Test
    void addressOfSomebodyElseIsLeftAlone() {
        String first = new ChosenAddresses().choose(service("a.example", "shop"));
        ChosenAddresses chosen = new ChosenAddresses();
        chosen.take(first);

        assertThat(chosen.choose(service("a.example", "shop"))).isNotEqualTo(first);
    }

    @Test
    void noTwoAreTheSameUntilNoneIsLeft() {
        ChosenAddresses chosen = new ChosenAddresses();
        Set<String> all = new HashSet<>();

        for (int i = 0; i < 65_024; i++) {
            assertThat(all.add(chosen.choose(service("h" + i, "shop")))).isTrue();
        }

        assertThat(all).noneMatch(a -> a.endsWith(".0") || a.endsWith(".255"));
        assertThatThrownBy(() -> chosen.choose(service("last", "shop")))
                .hasMessageContaining("no address is left for last");
    }

    private static Service service(String host, String namespace) {
        return new Service(new Hostname(host), host, namespace, List.of(), Optional.empty(), true);
    }
}
