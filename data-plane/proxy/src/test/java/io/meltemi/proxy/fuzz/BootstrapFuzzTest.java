package io.meltemi.proxy.fuzz;

import io.meltemi.proxy.config.BootstrapReader;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whatever stands in a bootstrap, it is read or refused.
final class BootstrapFuzzTest {
    @Test
    void bootstrapsAreReadOrRefused() throws IOException {
        List<byte[]> corpus = Fuzzing.corpus("/fuzz/bootstrap.txt");

        Fuzzing.run(
                "bootstrap",
                corpus,
                (input, _) -> {
                    try {
                        new BootstrapReader()
                                .tree(new String(input, StandardCharsets.UTF_8), "fuzz.yaml");
                    } catch (ConfigRefusedException _) {
                        // Refused with its reasons.
                    }
                });
    }
}
