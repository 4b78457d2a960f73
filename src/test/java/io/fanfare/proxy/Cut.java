package io.fanfare.proxy;

/// How a connection ends, at both of its ends alike (RFC 9293 §3.5, §3.6).
public enum Cut {

	/// A reset: what the proxy's kernel still has to send is lost.
	RST,

	/// An orderly end: what has been passed arrives, then the end of the stream. A side
	/// that
	/// has sent more than was passed may see a reset nevertheless (RFC 1122 §4.2.2.13).
	FIN

}
