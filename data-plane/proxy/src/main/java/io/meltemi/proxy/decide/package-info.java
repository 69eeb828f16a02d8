/// (e) What happens to a request, as pure functions: the data path calls them with a null
/// [DecisionLog], whoever explains a request with a recording one. There is no second matcher.
@NullMarked
package io.meltemi.proxy.decide;

import org.jspecify.annotations.NullMarked;
