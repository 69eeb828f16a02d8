package io.meltemi.proxy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.parity.Parity;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressOrderTest {
    /// Digits stand for IPv4, letters for IPv6.
    @ParameterizedTest
    @CsvSource({
        "AS_LISTED, 1, 1, 1",
        "AS_LISTED, 1, 12ab, 1a2b",
        "AS_LISTED, 1, ab12, a1b2",
        "AS_LISTED, 1, 1abc, 1abc",
        "AS_LISTED, 2, 1234a, 12a34",
        "AS_LISTED, 2, 1ab, 1ab",
        "V6, 1, 12ab, a1b2",
        "V6, 2, 12abc, ab1c2",
        "V6, 3, 12, 12",
        "V4, 1, ab1, 1ab",
        "V4, 9, a12, 12a",
    })
    @Parity({
        "cluster.upstream_connection_options.happy_eyeballs_config.first_address_family_version",
        "cluster.upstream_connection_options.happy_eyeballs_config.first_address_family_count"
    })
    void familiesTakeTurns(AddressOrder.First first, int count, String listed, String order) {
        List<InetSocketAddress> all = Arrays.stream(listed.split("")).map(this::address).toList();

        assertThat(new AddressOrder(first, count).of(all.getFirst(), all.subList(1, all.size())))
                .containsExactlyElementsOf(
                        Arrays.stream(order.split("")).map(this::address).toList());
    }

    private InetSocketAddress address(String sign) {
        return new InetSocketAddress(
                sign.compareTo("a") >= 0 ? "::" + sign : "127.0.0." + sign, 80);
    }
}
