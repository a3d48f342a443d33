"""Saving what forms hold: nobody overwrites what somebody else stored unseen, and a double tap creates nothing twice."""
