package io.meltemi.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Starts a real JVM as the mesh's programs are started, from an installation with one class.
@Timeout(60)
final class InstallTest {
    private static final Path CHECKOUT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin/java");

    @TempDir Path root;
    private Path dist;
    private Install install;

    /// Prints one of the options that stand in the argument file.
    static final class Greeting {
        public static void main(String[] args) {
            System.out.println(args[0] + " " + System.getProperty("io.netty.machineId"));
        }
    }

    @BeforeEach
    void installOneClass() throws IOException {
        dist = Files.createDirectories(root.resolve("tools/cli/target/dist"));
        install = new Install(root, JAVA);
        Files.createDirectories(root.resolve("tools/bin"));
        Files.copy(
                CHECKOUT.resolve("tools/bin/java.options"), root.resolve("tools/bin/java.options"));
        installJar();
    }

    /// @param more entries beside the class
    private void installJar(String... more) throws IOException {
        String name = Greeting.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream jar =
                        new JarOutputStream(Files.newOutputStream(dist.resolve("meltemi.jar")));
                InputStream bytes = Greeting.class.getClassLoader().getResourceAsStream(name)) {
            for (String entry : more) {
                jar.putNextEntry(new JarEntry(entry));
            }
            jar.putNextEntry(new JarEntry(name));
            assertThat(bytes).isNotNull();
            bytes.transferTo(jar);
        }
    }

    @Test
    void programsReadTheArgumentFile() throws Exception {
        assertThat(run()).isEqualTo("hello 02:00:00:00:00:01:02:03");
    }

    @Test
    void theLauncherReadsTheSameArgumentFile() throws Exception {
        assertThat(Files.readString(CHECKOUT.resolve("meltemi")))
                .contains("\"@$root/tools/bin/java.options\"");
    }

    @Test
    void aCacheIsNamedOnlyWhereThereIsOne() throws Exception {
        assertThat(command()).noneMatch(option -> option.startsWith("-XX:AOTCache"));

        Files.createFile(dist.resolve("meltemi.aot"));

        assertThat(command()).contains("-XX:AOTCache=" + dist.resolve("meltemi.aot"));
    }

    @Test
    void aBrokenCacheIsIgnoredWithoutAWord() throws Exception {
        Files.writeString(dist.resolve("meltemi.aot"), "not a cache");

        assertThat(run()).isEqualTo("hello 02:00:00:00:00:01:02:03");
    }

    @Test
    void aCacheOfOtherJarsIsIgnoredWithoutAWord() throws Exception {
        Path cache = dist.resolve("meltemi.aot");
        List<String> training = command();
        training.add(1, "-XX:AOTCacheOutput=" + cache);
        assertThat(output(training)).contains("hello");
        assertThat(cache).isNotEmptyFile();

        installJar("another");

        assertThat(command()).contains("-XX:AOTCache=" + cache);
        assertThat(run()).isEqualTo("hello 02:00:00:00:00:01:02:03");
    }

    private List<String> command() {
        return install.ours(List.of("-Xmx32m"), Greeting.class.getName(), List.of("hello"));
    }

    private String run() throws IOException, InterruptedException {
        return output(command());
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return text.strip();
    }
}
