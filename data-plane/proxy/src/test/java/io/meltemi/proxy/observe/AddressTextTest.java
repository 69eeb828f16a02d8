package io.meltemi.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressTextTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.7:80, 10.0.0.7:80",
        "[::1]:80, [::1]:80",
        "[::]:80, [::]:80",
        "[2001:db8:0:0:1:0:0:1]:443, [2001:db8::1:0:0:1]:443",
        "[2001:db8:0:1:1:1:1:1]:443, [2001:db8:0:1:1:1:1:1]:443",
        "[fe80:0:0:0:0:0:0:0]:1, [fe80::]:1",
    })
    void addressesArePrintedInTheirCanonicalForm(String given, String printed) {
        assertThat(Exchanges.address(given).text()).isEqualTo(printed);
    }

    @Test
    void socketPathsArePrintedAsTheyAre() {
        AddressText path = AddressText.ofPath("/run/a.sock");

        assertThat(path.text()).isEqualTo("/run/a.sock");
        assertThat(path.isIp()).isFalse();
    }

    @Test
    void namesThatWereNeverResolvedAreRefused() {
        InetSocketAddress name = InetSocketAddress.createUnresolved("invoice.shop", 80);

        assertThatThrownBy(() -> AddressText.of(name)).hasMessageContaining("invoice.shop");
    }
}
