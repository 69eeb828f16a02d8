package io.meltemi.agent.intercept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet4Address;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodFactoryTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "Product", "a b", "a;reboot", "../a", "a\nb", "$(id)"})
    void aNameThatIsNoDnsLabelNeverReachesAShell(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PodFactory.PodRequest(name, "shop"))
                .withMessageContaining("'" + name + "'");
        assertThatIllegalArgumentException().isThrownBy(() -> new PodFactory.PodRequest("a", name));
    }

    @Test
    void anAddressGivenBackIsTheLastToBeHandedOutAgain() {
        PodAddresses addresses = new PodAddresses();
        Inet4Address first = addresses.take();
        addresses.giveBack(first);

        Set<Inet4Address> later = new HashSet<>();
        for (int i = 0; i < 65_532; i++) {
            later.add(addresses.take());
        }

        assertThat(first.getHostAddress()).isEqualTo("10.77.0.2");
        assertThat(later).hasSize(65_532).doesNotContain(first);
        assertThat(addresses.take()).isEqualTo(first);
    }

    @Test
    void eachRuleStandsOnALineOfItsOwn() {
        assertThat(Nftables.ISTIO.script().lines())
                .contains("    meta l4proto tcp redirect to :15001", "    meta mark 1337 return")
                .allMatch(line -> line.indexOf(';') < 0 || line.contains("type nat hook"));
    }
}
