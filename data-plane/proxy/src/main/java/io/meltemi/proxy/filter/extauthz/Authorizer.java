package io.meltemi.proxy.filter.extauthz;

import com.google.protobuf.ByteString;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.UpstreamCall;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whoever decides. Immutable: what belongs to a question is kept by its asker.
interface Authorizer {
    /// Asks; the answer may come at once.
    ///
    /// @return what can be cancelled; null when there is nobody to ask: the answer is a failure
    @Nullable UpstreamCall ask(FilterStream stream, Question question, Answer answer);

    /// What is asked beside what the stream knows. Immutable.
    ///
    /// @param body null: it is not part of the question
    /// @param partial whether there is more of the body
    record Question(@Nullable ByteString body, boolean partial, Map<String, String> extensions) {}

    /// Takes the decision, once.
    @FunctionalInterface
    interface Answer {
        void decided(Decision decision);
    }
}
