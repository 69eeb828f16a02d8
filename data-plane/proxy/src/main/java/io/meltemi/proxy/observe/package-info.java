/// (h) What is known about an exchange afterwards: access logs, statistics, trace context. A sink:
/// the data path writes into it, nothing here decides what happens to a request.
@NullMarked
package io.meltemi.proxy.observe;

import org.jspecify.annotations.NullMarked;
