package io.meltemi.proxy.filter.extauthz;

import io.meltemi.proxy.decide.match.StringMatch;
import java.util.List;
import java.util.Set;

/// Names of headers that go from one side to the other. Immutable.
///
/// @param always lower-case names, whatever the matchers say
record HeaderNameMatch(List<StringMatch> matchers, Set<String> always) {
    HeaderNameMatch {
        matchers = List.copyOf(matchers);
        always = Set.copyOf(always);
    }

    boolean matches(String name) {
        if (always.contains(name)) {
            return true;
        }
        for (int i = 0; i < matchers.size(); i++) {
            if (matchers.get(i).matches(name)) {
                return true;
            }
        }
        return false;
    }
}
