<?xml version="1.0" encoding="utf-8"?>
<CHANNEL HREF="https://channel.example/" LASTMOD="2026-11-23T08:00Z">
  <TITLE>Channel of Chips</TITLE>
  <ABSTRACT>An old format, still read</ABSTRACT>
  <ITEM HREF="https://channel.example/one" LASTMOD="2026-11-22T08:00Z">
    <TITLE>Old format, new chip</TITLE>
    <ABSTRACT>It works.</ABSTRACT>
  </ITEM>
</CHANNEL>
