package io.meltemi.testkit.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnvoyBinaryTest {
    @TempDir private Path folder;

    @Test
    void theGivenBinaryIsTakenAsItIs() throws IOException {
        Path binary = executable(folder.resolve("my-envoy"));

        assertThat(EnvoyBinary.find(Map.of("MELTEMI_ENVOY", binary.toString()))).isEqualTo(binary);
    }

    @Test
    void aGivenFileThatCannotRunIsAnErrorAndNotReplacedByAnother() {
        String missing = folder.resolve("none").toString();

        assertThatThrownBy(() -> EnvoyBinary.find(Map.of("MELTEMI_ENVOY", missing)))
                .isInstanceOf(IOException.class)
                .hasMessage("MELTEMI_ENVOY=" + missing + " is not an executable file");
    }

    @Test
    void theCachedBinaryIsTakenWithoutFetching() throws IOException {
        Path cache = folder.resolve(".cache/meltemi/envoy/" + EnvoyBinary.VERSION);
        Files.createDirectories(cache);
        Path binary = executable(cache.resolve("envoy"));

        assertThat(EnvoyBinary.find(Map.of("HOME", folder.toString()))).isEqualTo(binary);
        assertThat(cache.resolve("lock")).doesNotExist();
    }

    private static Path executable(Path file) throws IOException {
        Files.writeString(file, "#!/bin/sh\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
