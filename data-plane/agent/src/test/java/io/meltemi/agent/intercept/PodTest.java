package io.meltemi.agent.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PodTest {
    @TempDir Path home;

    @ParameterizedTest
    @EnumSource
    void twoPodsTalkThroughTheirSidecarsAndCannotChangeTheRules(Namespaces.User user)
            throws IOException, InterruptedException {
        Namespaces namespaces = Namespaces.under(home);
        namespaces.assumePods(user);
        String uid = user == Namespaces.User.ORDINARY && Namespaces.isRoot() ? "65534" : "0";
        Path run = Files.createDirectories(home.resolve("hidden"));
        List<String> arguments = new ArrayList<>(List.of(run.toString(), uid, uid));
        arguments.addAll(namespaces.java(EchoApplication.class));

        Map<String, String> seen =
                namespaces.run(user, PodsProgram.class, arguments.toArray(String[]::new));

        assertThat(seen)
                .containsEntry("serving", "true")
                .containsEntry("direct", "I am product")
                .containsEntry("call invoice", "product meant /240.240.0.3:9080")
                .containsEntry("call invoice.shop", "product meant /240.240.0.3:9080")
                .containsEntry(
                        "call invoice.shop.svc.cluster.local", "product meant /240.240.0.3:9080")
                .containsEntry("call self", "product meant /10.77.0.2:9080")
                .containsEntry("call nosuch", "java.net.UnknownHostException: nosuch")
                .containsEntry("call foreign", "java.net.UnknownHostException: example.com")
                .containsEntry("run folder", "exit 0: shown yes|0")
                .containsEntry("app: id -u", "exit 0: " + uid)
                .containsEntry("product exit", "143")
                .containsEntry("ended", "137")
                .containsEntry("left", "2");
        assertThat(seen.get("app: nft list ruleset")).contains("Operation not permitted");
        assertThat(seen.get("app: nft flush ruleset")).contains("Operation not permitted");
        assertThat(seen.get("app: umount /etc/resolv.conf")).doesNotContain("exit 0");
        assertThat(seen.get("app: ip link set eth0 down")).contains("Operation not permitted");
    }
}
