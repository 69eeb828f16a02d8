package io.meltemi.agent.supervise;

import io.meltemi.base.health.HealthThreshold;
import java.time.Duration;

/// How the agent asks its application whether it is well. Immutable.
///
/// @param interval from one answer to the next question
/// @param startInterval the same until the first good answer: callers wait for it
public record HealthCheck(
        Question question,
        Duration interval,
        Duration startInterval,
        Duration timeout,
        HealthThreshold threshold) {
    /// What is asked.
    public sealed interface Question {
        int port();

        /// Well is who answers 200 to 399, as kubelet has it.
        record Http(int port, String path) implements Question {
            public Http {
                if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c > '~')) {
                    throw new IllegalArgumentException(
                            "health path '" + path + "' must begin with '/' and be plain ASCII");
                }
            }
        }

        /// Well is who accepts.
        record Tcp(int port) implements Question {}
    }

    /// One second, a tenth until it runs, one second, one success, three failures.
    public static HealthCheck of(Question question) {
        return new HealthCheck(
                question,
                Duration.ofSeconds(1),
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                new HealthThreshold(1, 3));
    }

    /// Reads `http:/path`, `http:PORT/path` or `tcp[:PORT]`.
    ///
    /// @param defaultPort where the text names none
    public static HealthCheck parse(String text, int defaultPort) {
        try {
            if (text.equals("tcp")) {
                return of(new Question.Tcp(defaultPort));
            }
            if (text.startsWith("tcp:")) {
                return of(new Question.Tcp(Integer.parseInt(text.substring(4))));
            }
            if (text.startsWith("http:")) {
                int slash = text.indexOf('/');
                String port = slash < 0 ? "" : text.substring(5, slash);
                return of(
                        new Question.Http(
                                port.isEmpty() ? defaultPort : Integer.parseInt(port),
                                slash < 0 ? "" : text.substring(slash)));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("health check '" + text + "': " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(
                "health check '" + text + "' is not http:/PATH, http:PORT/PATH, tcp or tcp:PORT");
    }
}
